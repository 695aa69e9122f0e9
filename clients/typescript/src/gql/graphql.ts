/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What `acceptDelivery` is told; unknown fields are refused */
export type AcceptDeliveryInput = {
  /** Of an acceptance noted offline, with zone; left out: now */
  acceptedAt?: string | null | undefined;
  /** Global id of `Delivery` */
  id: string;
  /** 8 to 100 printable ASCII characters; the same key never has its effect twice */
  idempotencyKey: string;
  /** Lines not named stay open and can be accepted later */
  lines: Array<AcceptedLineInput>;
};

/** What the kitchen takes of one delivered line; accepted and rejected make the delivered quantity */
export type AcceptedLineInput = {
  /** Decimal text; 0 is none */
  acceptedQuantity: string;
  /** Position of the line in its document, from 1 */
  lineNo: number;
  /** Why something goes back */
  reason?: string | null | undefined;
  /** Decimal text; left out: the rest */
  rejectedQuantity?: string | null | undefined;
  /** Left out: the contract's unit */
  unit?: string | null | undefined;
};

/** What `applyProduct` is told; unknown fields are refused */
export type ApplyProductInput = {
  /** For canteens, per kg */
  bulkPricePerKg?: MoneyInput | null | undefined;
  /** Slug of `categories` */
  category: string;
  /** County of origin */
  countyCode: string;
  /** 1 to 2,000 characters of plain text */
  description: string;
  /** Slug of the kind of produce, finer than the category, e.g. apple */
  family: string;
  /** At most 8 keys from `uploadProductImage` */
  imageKeys?: Array<string> | null | undefined;
  /** Food needs a net weight and a way of storage */
  isFood: boolean;
  /** Global id of `Merchant` */
  merchantId: string;
  /** 1 to 200 characters */
  name: string;
  /** Net weight of a unit in whole grams; needed for food that is not sold by weight */
  netWeightG?: number | null | undefined;
  /** As printed, e.g. 2.5 kg 箱 */
  pack: string;
  /** Of one `unit`, tax included */
  price: MoneyInput;
  /** For a new application of a known product; left out: a new product */
  productId?: string | null | undefined;
  /** Months of harvest, 1 to 12; left out: all year */
  seasonMonths?: Array<number> | null | undefined;
  /** ambient, chilled, frozen or live; left out: ambient */
  storage?: string | null | undefined;
  /** kg, 箱, 袋 … */
  unit: string;
};

/** How much is left, roughly */
export type Availability =
  /** Enough for an ordinary purchase */
  | 'AVAILABLE'
  /** Nearly gone */
  | 'LOW'
  /** Nothing left to sell online */
  | 'SOLD_OUT';

/** What `callOffContract` is told; unknown fields are refused */
export type CallOffContractInput = {
  /** Global id of `Contract` */
  contractId: string;
  /** Wanted day; not in the past, within the contract */
  deliverOn: string;
  /** 8 to 100 printable ASCII characters; the same key never has its effect twice */
  idempotencyKey: string;
  /** 1 to 2,000 */
  lines: Array<CallOffLineInput>;
  /** Paid from union funds: counted as union purchase */
  welfare?: boolean | null | undefined;
};

/** What to order of one line of the contract: `lineNo` or `productId` */
export type CallOffLineInput = {
  /** Of the contract's line; left out: by `productId` */
  lineNo?: number | null | undefined;
  /** Of the contract's line; left out: by `lineNo` */
  productId?: string | null | undefined;
  /** Decimal text above 0: up to three decimals for weights, whole for counted units */
  quantity: string;
  /** 斤 is taken; left out: the contract's unit */
  unit?: string | null | undefined;
};

/** What `createApiKey` is told; unknown fields are refused */
export type CreateApiKeyInput = {
  /** After now, at most 365 days ahead */
  expiresAt: string;
  /** 1 to 60 characters, to tell it from others */
  name: string;
  /** At least one of `apiKeyScopes` */
  scopes: Array<string>;
};

/** What is sent of one line of the call-off */
export type DeliveryLineInput = {
  /** Of the call-off's line */
  lineNo: number;
  /** Of one unit, for framework lines only: the week's price */
  price?: MoneyInput | null | undefined;
  /** Decimal text above 0: up to three decimals for weights, whole for counted units */
  quantity: string;
  /** Left out: the contract's unit */
  unit?: string | null | undefined;
};

/** What `dispatchDelivery` is told; unknown fields are refused */
export type DispatchDeliveryInput = {
  /** Global id of `CallOff` */
  callOffId: string;
  /** 8 to 100 printable ASCII characters; the same key never has its effect twice */
  idempotencyKey: string;
  /** 1 to 2,000 lines of the call-off */
  lines: Array<DeliveryLineInput>;
};

/** The course of an imported file */
export type ImportState =
  /** All of it is entered; `withdrawImport` takes it back while its period is open */
  | 'APPLIED'
  /** Documents are being entered, 500 lines a transaction */
  | 'APPLYING'
  /** Being read and checked; nothing has changed */
  | 'CHECKING'
  /** The same content was applied before; nothing to do */
  | 'DUPLICATE'
  /** Stopped by a fault of the system, not of the file; see `errors` */
  | 'FAILED'
  /** Checked whole and found good; `applyImport` applies it */
  | 'READY'
  /** Has mistakes; nothing has changed, mend the file and upload it again */
  | 'REFUSED'
  /** Documents are being reversed */
  | 'WITHDRAWING'
  /** All of it is reversed */
  | 'WITHDRAWN';

/** Quality labels from the register; a label that has ended is not shown. */
export type Label =
  /** Geographical indication (地理标志), authorised users */
  | 'GEOGRAPHICAL_INDICATION'
  /** Green food (绿色食品), three years */
  | 'GREEN'
  /** Organic (有机), one year */
  | 'ORGANIC'
  /** Commitment and test of the grower per lot (承诺达标合格证) */
  | 'QUALITY_TESTED';

/** An amount of money, at most two decimals */
export type MoneyInput = {
  /** Decimal text in yuan, e.g. "12.5"; at most 10^13 */
  amount: string;
  /** Only CNY is taken */
  currency?: string | null | undefined;
};

/** A product to buy */
export type OrderLineInput = {
  /** From `attributePurchase` of a live session: makes it the session's sale */
  attributionToken?: string | null | undefined;
  /** The one the shopper saw; another one answers PRICE_CHANGED with both prices */
  offerVersion: number;
  /** Global id of `Product` */
  productId: string;
  /** Decimal text above 0, in the offer's unit */
  quantity: string;
};

/** What `placeOrder` is told; unknown fields are refused */
export type PlaceOrderInput = {
  /** 8 to 100 printable ASCII characters; the same key never has its effect twice */
  idempotencyKey: string;
  /** 1 to 100, each product once; they need not stand in the cart */
  lines: Array<OrderLineInput>;
  /** For the packing merchants, at most 500 characters */
  note?: string | null | undefined;
  /** Stored in one place only and deleted with the account */
  recipient: RecipientInput;
};

/** Where the goods go */
export type RecipientInput = {
  /** Street, house and district in full, 1 to 500 characters */
  address: string;
  /** County of the address, six digits of GB/T 2260, or outside */
  countyCode: string;
  /** Who takes the parcel, 1 to 200 characters */
  name: string;
  /** 5 to 30 digits, +, - and spaces */
  phone: string;
};

/** What `registerWebhookEndpoint` is told; unknown fields are refused */
export type RegisterWebhookEndpointInput = {
  /** The institution of one's own */
  institutionId?: string | null | undefined;
  /** What to be told of, at least one */
  kinds: Array<WebhookEventKind>;
  /** The merchant of one's own */
  merchantId?: string | null | undefined;
  /** An https address of a public host, at most 1,000 ASCII characters, without user, password or fragment */
  url: string;
};

/** A role; its scope says for whom or where */
export type Role =
  /** The city's program office; no scope */
  | 'BUREAU'
  /** Approves call-offs of others, second person of an acceptance; scope: the institution */
  | 'CANTEEN_APPROVER'
  /** Calls off and accepts for an institution; scope: the institution */
  | 'CANTEEN_BUYER'
  /** Reviews and confirms for a county; scope: its code */
  | 'COUNTY_OFFICER'
  /** Reviews for the duties of a department; scope: its code */
  | 'DEPARTMENT_OFFICER'
  /** Runs union and staff campaigns; scope: the institution */
  | 'GROUP_ORGANISER'
  /** A member of a merchant; scope: the merchant */
  | 'MERCHANT'
  /** Runs the system: imports, cutover, copies; no scope */
  | 'OPERATOR'
  /** Writes slips and sheets of a counter, fair or store; scope: the outlet */
  | 'OUTLET'
  /** A process of the system itself; never given to an account */
  | 'SERVICE'
  /** Every account, for itself */
  | 'SHOPPER'
  /** Sells live, approved by a county; scope: the streamer */
  | 'STREAMER';

/** Days count inclusively; the earlier of ``until`` and ``asOf`` holds. */
export type SaleFilter = {
  /** What was known at the end of this day */
  asOf?: string | null | undefined;
  /** Global id of the group purchase */
  campaignId?: string | null | undefined;
  /** One of the values of Dimension.CHANNEL */
  channel?: string | null | undefined;
  /** County code of the place of use, outside or unknown */
  consumptionCounty?: string | null | undefined;
  /** Global id of the contract it stands under */
  contractId?: string | null | undefined;
  /** Origin or consumption in this county: what its officers see */
  countyCode?: string | null | undefined;
  /** The service's own id of the source document */
  documentId?: string | null | undefined;
  /** transacted, reported or carried_forward */
  evidence?: string | null | undefined;
  /** First business date, included */
  from?: string | null | undefined;
  /** Global id of the buying institution */
  institutionId?: string | null | undefined;
  /** Global id of the seller */
  merchantId?: string | null | undefined;
  /** County code, outside or unknown */
  originCounty?: string | null | undefined;
  /** Global id of the outlet that sold it */
  outletId?: string | null | undefined;
  /** Global id of the sold product */
  productId?: string | null | undefined;
  /** Global id of the live session that brought it */
  sessionId?: string | null | undefined;
  /** Last business date, included */
  until?: string | null | undefined;
};

/** What `scheduleSession` is told; unknown fields are refused */
export type ScheduleSessionInput = {
  /** Products to link, at most 200 */
  productIds?: Array<string> | null | undefined;
  /** When it is to begin, with zone; left out: now */
  startsAt?: string | null | undefined;
  /** https address of a stream that is not ours, at most 500 characters */
  streamUrl?: string | null | undefined;
  /** For who hosts under several names; left out: one's only one */
  streamerId?: string | null | undefined;
  /** Headline, 1 to 200 characters */
  title: string;
};

/** What a second step may be answered with. */
export type SecondFactorMethod =
  /** One of the recovery codes, each good once */
  | 'RECOVERY'
  /** A code of six digits from an authenticator app */
  | 'TOTP';

/** What `setCartLine` is told; unknown fields are refused */
export type SetCartLineInput = {
  /** From `attributePurchase` of a live session; at most 2,000 characters */
  attributionToken?: string | null | undefined;
  /** The one the shopper saw, from `Product` or `Offer` */
  offerVersion: number;
  /** Global id of `Product` */
  productId: string;
  /** Decimal text in the offer's unit; 0 takes the line out */
  quantity: string;
};

/** What `setStock` is told; unknown fields are refused */
export type SetStockInput = {
  /** 8 to 100 printable ASCII characters; the same key never has its effect twice */
  idempotencyKey: string;
  /** Global id of `Product` */
  productId: string;
  /** All that lies there, in the offer's unit; 0 is none */
  quantity: string;
};

/** What `startImport` is told; unknown fields are refused */
export type StartImportInput = {
  /** Apply at once when the check finds nothing; left out: wait for `applyImport` */
  applyWhenClean?: boolean | null | undefined;
  /** Name of one of `importKinds` */
  kind: string;
  /** Global id of `Upload` */
  uploadId: string;
};

/** What `startPayment` is told; unknown fields are refused */
export type StartPaymentInput = {
  /** Global id of `Payment` */
  id: string;
  /** A payment method of Stripe (pm_…), to confirm at once; left out: the shopper chooses on `payUrl` */
  paymentMethod?: string | null | undefined;
  /** Where the provider's page leads back to, at most 500 characters */
  returnUrl?: string | null | undefined;
};

/** Decision over one duty */
export type Verdict =
  /** The duty is fulfilled; the next steps open */
  | 'PASS'
  /** The application ends here */
  | 'REJECT'
  /** Back to the applicant, who may mend and resubmit */
  | 'RETURN';

/** Whether an endpoint is sent anything. */
export type WebhookEndpointState =
  /** Sent to */
  | 'ACTIVE'
  /** Nothing is sent; what happens meanwhile is kept for up to 30 days */
  | 'PAUSED';

/** What an integrator can be told of */
export type WebhookEventKind =
  /** A canteen called off goods under a contract; for its merchant, its institution and the bureau */
  | 'CALL_OFF_PLACED'
  /** A shopper's order was paid; for its merchant and the bureau */
  | 'ORDER_PAID'
  /** A product was suspended, revoked or recalled; for its merchant and the bureau */
  | 'PRODUCT_WITHDRAWN'
  /** The files of a report are finished; for the bureau */
  | 'STATEMENT_READY';

export type ReadyToCertifyQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReadyToCertifyQuery = { applications: { nodes: Array<{ id: string, subject: string, name: string, countyCode: string | null, submittedAt: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CertifyMutationVariables = Exact<{
  applicationIds: Array<string> | string;
  documentNo: string;
  validUntil: string;
}>;


export type CertifyMutation = { certify: { certificates: Array<{ applicationId: string | null, certificateNo: string, validFrom: string, validUntil: string }> | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type SuspendProductMutationVariables = Exact<{
  id: string;
  reason: string;
  documentNo?: string | null | undefined;
}>;


export type SuspendProductMutation = { suspendProduct: { withdrawal: { id: string, kind: string, decidedAt: string | null, fromInstant: string | null } | null, userErrors: Array<{ code: string, field: string | null, message: string }> } };

export type ReinstateProductMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type ReinstateProductMutation = { reinstateProduct: { withdrawal: { id: string, kind: string, untilInstant: string | null } | null, userErrors: Array<{ code: string, field: string | null, message: string }> } };

export type ProgramFiguresQueryVariables = Exact<{
  asOf?: string | null | undefined;
  county?: string | null | undefined;
}>;


export type ProgramFiguresQuery = { figures: { asOf: string, incomplete: boolean | null, reconciled: boolean | null, items: Array<{ key: string, name: string, unit: string, value: string | null, transacted: string | null, reported: string | null, carriedForward: string | null }> } };

export type FigureRowsQueryVariables = Exact<{
  key: string;
  asOf?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FigureRowsQuery = { figureRows: { figure: { key: string, value: string | null }, nodes: Array<{ id: string, number: string, businessDate: string | null, evidence: string | null, documentKind: string, documentId: string, documentNo: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CallOffsToApproveQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CallOffsToApproveQuery = { callOffs: { nodes: Array<{ id: string, callOffNo: string, contractId: string | null, deliverOn: string | null, welfare: boolean | null, requestedAt: string | null, amount: { amount: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CallOffInFullQueryVariables = Exact<{
  id: string;
}>;


export type CallOffInFullQuery = { callOff: { id: string, callOffNo: string, state: string, lines: Array<{ lineNo: number, productName: string | null, unit: string, quantity: string, price: { amount: string } | null }> | null } | null };

export type ApproveCallOffMutationVariables = Exact<{
  id: string;
}>;


export type ApproveCallOffMutation = { approveCallOff: { callOff: { id: string, state: string, approvedAt: string | null } | null, userErrors: Array<{ code: string, message: string }> } };

export type RejectCallOffMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type RejectCallOffMutation = { rejectCallOff: { callOff: { id: string, state: string } | null, userErrors: Array<{ code: string, field: string | null, message: string }> } };

export type OwnContractsQueryVariables = Exact<{
  state?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OwnContractsQuery = { contracts: { nodes: Array<{ id: string, contractNo: string, state: string, validUntil: string | null, merchant: { id: string, name: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ContractWithRestQueryVariables = Exact<{
  id: string;
}>;


export type ContractWithRestQuery = { contract: { id: string, contractNo: string, validFrom: string | null, validUntil: string | null, acceptorsRequired: number | null, credit: { limit: { amount: string } | null, used: { amount: string } | null } | null, lines: Array<{ lineNo: number, productId: string | null, productName: string | null, unit: string, calledQuantity: string | null, leftQuantity: string | null, price: { amount: string } | null }> | null } | null };

export type CallOffMutationVariables = Exact<{
  input: CallOffContractInput;
}>;


export type CallOffMutation = { callOffContract: { callOff: { id: string, callOffNo: string, state: string, deliverOn: string | null, amount: { amount: string } | null } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type DeliveryAtTheDoorQueryVariables = Exact<{
  id: string;
}>;


export type DeliveryAtTheDoorQuery = { delivery: { id: string, deliveryNo: string, state: string, waitingForSecond: boolean | null, lines: Array<{ lineNo: number, productName: string | null, unit: string, deliveredQuantity: string | null, acceptedQuantity: string | null, rejectedQuantity: string | null }> | null } | null };

export type AcceptDeliveryMutationVariables = Exact<{
  input: AcceptDeliveryInput;
}>;


export type AcceptDeliveryMutation = { acceptDelivery: { delivery: { id: string, state: string, acceptedAt: string | null, waitingForSecond: boolean | null, amount: { amount: string } | null } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type ReviewQueueQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReviewQueueQuery = { applications: { nodes: Array<{ id: string, subject: string, name: string, merchantName: string | null, submittedAt: string | null, steps: Array<{ duty: string, name: string, by: string, open: boolean }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ApplicationInFullQueryVariables = Exact<{
  id: string;
}>;


export type ApplicationInFullQuery = { application: { id: string, subject: string, name: string, state: string, round: number | null, steps: Array<{ duty: string, name: string, position: number, by: string, open: boolean, verdict: string | null, reason: string | null, decidedAt: string | null }> } | null };

export type ReviewMutationVariables = Exact<{
  id: string;
  duty: string;
  verdict: Verdict;
  reason?: string | null | undefined;
}>;


export type ReviewMutation = { reviewApplication: { application: { id: string, state: string, steps: Array<{ duty: string, verdict: string | null, open: boolean }> } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type ReportsToCheckQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReportsToCheckQuery = { externalReports: { nodes: Array<{ id: string, reportNo: string, merchantName: string | null, month: string, paper: string | null, amount: { amount: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ConfirmExternalReportMutationVariables = Exact<{
  id: string;
}>;


export type ConfirmExternalReportMutation = { confirmExternalReport: { report: { id: string, state: string } | null, userErrors: Array<{ code: string, message: string, facts: Array<{ name: string, value: string }> }> } };

export type CountySaleLinesQueryVariables = Exact<{
  filter?: SaleFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CountySaleLinesQuery = { saleLines: { nodes: Array<{ id: string, kind: string, channel: string, evidence: string, businessDate: string | null, merchantName: string | null, productName: string | null, quantity: string | null, unit: string | null, documentKind: string, documentNo: string | null, amount: { amount: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { created: { secret: string, key: { id: string, name: string, scopes: Array<string>, expiresAt: string } } | null, userErrors: Array<{ code: string, field: string | null, message: string }> } };

export type RegisterWebhookMutationVariables = Exact<{
  input: RegisterWebhookEndpointInput;
}>;


export type RegisterWebhookMutation = { registerWebhookEndpoint: { registered: { secret: string, endpoint: { id: string, url: string, kinds: Array<WebhookEventKind>, state: WebhookEndpointState } } | null, userErrors: Array<{ code: string, field: string | null, message: string }> } };

export type ImportKindsQueryVariables = Exact<{ [key: string]: never; }>;


export type ImportKindsQuery = { importKinds: Array<{ service: string, name: string, title: string, columns: Array<{ key: string, title: string, required: boolean }> }> };

export type CreateUploadMutationVariables = Exact<{
  filename: string;
}>;


export type CreateUploadMutation = { createUpload: { upload: { id: string, url: string, maxBytes: number } | null, userErrors: Array<{ code: string, field: string | null, message: string }> } };

export type StartImportMutationVariables = Exact<{
  input: StartImportInput;
}>;


export type StartImportMutation = { startImport: { importRun: { id: string, state: ImportState } | null, userErrors: Array<{ code: string, field: string | null, message: string }> } };

export type ImportRunQueryVariables = Exact<{
  id: string;
}>;


export type ImportRunQuery = { importRun: { id: string, kind: string, state: ImportState, rows: number | null, documents: number | null, done: number, errorCount: number, errors: Array<{ line: number, column: string | null, code: string, value: string | null, message: string }> } | null };

export type ApplyImportMutationVariables = Exact<{
  id: string;
}>;


export type ApplyImportMutation = { applyImport: { importRun: { id: string, state: ImportState } | null, userErrors: Array<{ code: string, message: string }> } };

export type CopiesInSyncQueryVariables = Exact<{ [key: string]: never; }>;


export type CopiesInSyncQuery = { sync: Array<{ service: string, parked: number, positions: Array<{ source: string, lane: string, head: number, waiting: number, applied: number }> }> };

export type OrdersToPackQueryVariables = Exact<{
  merchantId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OrdersToPackQuery = { orders: { nodes: Array<{ id: string, orderNo: string, paidAt: string | null, amount: { amount: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ParcelSlipQueryVariables = Exact<{
  id: string;
}>;


export type ParcelSlipQuery = { order: { id: string, orderNo: string, state: string, recipient: { name: string | null, phone: string | null, address: string | null, countyCode: string | null } | null, lines: Array<{ productName: string | null, quantity: string, unit: string | null, amount: { amount: string } }> | null } | null };

export type ShipOrderMutationVariables = Exact<{
  id: string;
}>;


export type ShipOrderMutation = { shipOrder: { order: { id: string, state: string } | null, userErrors: Array<{ code: string, message: string }> } };

export type StockListQueryVariables = Exact<{
  merchantId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type StockListQuery = { stock: { nodes: Array<{ productId: string | null, available: string | null, reserved: string | null, unit: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SetStockMutationVariables = Exact<{
  input: SetStockInput;
}>;


export type SetStockMutation = { setStock: { stock: { productId: string | null, available: string | null, reserved: string | null, unit: string | null } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type ConfirmCallOffMutationVariables = Exact<{
  id: string;
}>;


export type ConfirmCallOffMutation = { confirmCallOff: { callOff: { id: string, state: string, confirmedAt: string | null } | null, userErrors: Array<{ code: string, message: string, facts: Array<{ name: string, value: string }> }> } };

export type DispatchDeliveryMutationVariables = Exact<{
  input: DispatchDeliveryInput;
}>;


export type DispatchDeliveryMutation = { dispatchDelivery: { delivery: { id: string, deliveryNo: string, state: string, sentAt: string | null } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type ApplyProductMutationVariables = Exact<{
  input: ApplyProductInput;
}>;


export type ApplyProductMutation = { applyProduct: { application: { id: string, state: string, productId: string | null, steps: Array<{ duty: string, name: string, open: boolean }> } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type SignInMutationVariables = Exact<{
  login: string;
  password: string;
}>;


export type SignInMutation = { signIn: { tokens: { accessToken: string, refreshToken: string, accountId: string } | null, needsSecondFactor: { challenge: string, methods: Array<SecondFactorMethod>, seconds: number } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type RefreshSessionMutationVariables = Exact<{
  refreshToken: string;
}>;


export type RefreshSessionMutation = { refreshSession: { tokens: { accessToken: string, refreshToken: string, accountId: string } | null, userErrors: Array<{ code: string, message: string }> } };

export type WhoAmIQueryVariables = Exact<{ [key: string]: never; }>;


export type WhoAmIQuery = { me: { id: string, name: string | null, language: string, grants: Array<{ role: Role, scope: string }> } | null };

export type FindProductsQueryVariables = Exact<{
  words: string;
  county?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FindProductsQuery = { search: { total: number, correctedQuery: string | null, nodes: Array<{ id: string, name: string, merchantName: string | null, countyName: string | null, unit: string, pack: string | null, image: string | null, availability: Availability | null, offerVersion: number, price: { amount: string, currency: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ProductPageQueryVariables = Exact<{
  id: string;
}>;


export type ProductPageQuery = { product: { id: string, name: string, description: string | null, unit: string, pack: string | null, sellable: boolean, labels: Array<Label>, offerVersion: number, price: { amount: string, currency: string }, offer: { available: string | null, level: string | null } | null, merchant: { id: string, name: string, validUntil: string | null } | null, certificates: Array<{ number: string, validUntil: string }> } | null };

export type PutIntoCartMutationVariables = Exact<{
  input: SetCartLineInput;
}>;


export type PutIntoCartMutation = { setCartLine: { cart: { amount: { amount: string } | null, lines: Array<{ productId: string | null, quantity: string, unit: string | null, offerVersion: number | null, problem: string | null, price: { amount: string } | null }> } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type PlaceOrderMutationVariables = Exact<{
  input: PlaceOrderInput;
}>;


export type PlaceOrderMutation = { placeOrder: { checkout: { checkoutId: string, paymentId: string | null, amount: { amount: string, currency: string }, orders: Array<{ id: string, orderNo: string, state: string, reservedUntil: string | null }> } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type StartPaymentMutationVariables = Exact<{
  input: StartPaymentInput;
}>;


export type StartPaymentMutation = { startPayment: { payment: { id: string, state: string, payUrl: string | null } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type PaymentStateQueryVariables = Exact<{
  id: string;
}>;


export type PaymentStateQuery = { payment: { id: string, state: string, amount: { amount: string, currency: string }, refunded: { amount: string } | null } | null };

export type OwnOrdersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OwnOrdersQuery = { orders: { nodes: Array<{ id: string, orderNo: string, state: string, placedAt: string | null, paidAt: string | null, amount: { amount: string }, refunded: { amount: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ScheduleSessionMutationVariables = Exact<{
  input: ScheduleSessionInput;
}>;


export type ScheduleSessionMutation = { scheduleSession: { session: { id: string, sessionNo: string, state: string, startsAt: string | null } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type LinkProductsMutationVariables = Exact<{
  id: string;
  productIds: Array<string> | string;
}>;


export type LinkProductsMutation = { linkProducts: { session: { id: string, products: Array<{ productId: string | null, name: string, price: { amount: string } | null }> } | null, userErrors: Array<{ code: string, field: string | null, message: string, facts: Array<{ name: string, value: string }> }> } };

export type GoLiveMutationVariables = Exact<{
  id: string;
}>;


export type GoLiveMutation = { startSession: { session: { id: string, state: string, startedAt: string | null } | null, userErrors: Array<{ code: string, message: string }> } };

export type PinProductMutationVariables = Exact<{
  id: string;
  productId: string;
}>;


export type PinProductMutation = { pinProduct: { session: { id: string, pinnedProductId: string | null } | null, userErrors: Array<{ code: string, message: string }> } };

export type EndSessionMutationVariables = Exact<{
  id: string;
}>;


export type EndSessionMutation = { endSessionBroadcast: { session: { id: string, state: string, endedAt: string | null, participants: number | null, peak: number | null } | null, userErrors: Array<{ code: string, message: string }> } };

export type SessionResultsQueryVariables = Exact<{
  id: string;
}>;


export type SessionResultsQuery = { liveSession: { id: string, title: string, state: string, participants: number | null, peak: number | null, products: Array<{ productId: string | null, name: string, sold: Array<{ quantity: string, unit: string, lines: number }> }>, results: { gross: { amount: string } | null, refunds: { amount: string } | null, net: { amount: string } | null } | null } | null };

export type SessionFramesSubscriptionVariables = Exact<{
  id: string;
}>;


export type SessionFramesSubscription = { sessionFrames: { type: string, productId: string | null, quantity: string | null, unit: string | null, watching: number | null, participants: number | null, message: string | null } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const ReadyToCertifyDocument = new TypedDocumentString(`
    query ReadyToCertify($first: Int = 50, $after: String) {
  applications(state: "passed", first: $first, after: $after) {
    nodes {
      id
      subject
      name
      countyCode
      submittedAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ReadyToCertifyQuery, ReadyToCertifyQueryVariables>;
export const CertifyDocument = new TypedDocumentString(`
    mutation Certify($applicationIds: [ID!]!, $documentNo: String!, $validUntil: Day!) {
  certify(
    input: {applicationIds: $applicationIds, documentNo: $documentNo, validUntil: $validUntil}
  ) {
    certificates {
      applicationId
      certificateNo
      validFrom
      validUntil
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CertifyMutation, CertifyMutationVariables>;
export const SuspendProductDocument = new TypedDocumentString(`
    mutation SuspendProduct($id: ID!, $reason: String!, $documentNo: String) {
  suspendProduct(input: {id: $id, reason: $reason, documentNo: $documentNo}) {
    withdrawal {
      id
      kind
      decidedAt
      fromInstant
    }
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SuspendProductMutation, SuspendProductMutationVariables>;
export const ReinstateProductDocument = new TypedDocumentString(`
    mutation ReinstateProduct($id: ID!, $reason: String!) {
  reinstateProduct(input: {id: $id, reason: $reason}) {
    withdrawal {
      id
      kind
      untilInstant
    }
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ReinstateProductMutation, ReinstateProductMutationVariables>;
export const ProgramFiguresDocument = new TypedDocumentString(`
    query ProgramFigures($asOf: Day, $county: String) {
  figures(asOf: $asOf, countyCode: $county) {
    asOf
    incomplete
    reconciled
    items {
      key
      name
      unit
      value
      transacted
      reported
      carriedForward
    }
  }
}
    `) as unknown as TypedDocumentString<ProgramFiguresQuery, ProgramFiguresQueryVariables>;
export const FigureRowsDocument = new TypedDocumentString(`
    query FigureRows($key: String!, $asOf: Day, $first: Int = 50, $after: String) {
  figureRows(key: $key, asOf: $asOf, first: $first, after: $after) {
    figure {
      key
      value
    }
    nodes {
      id
      number
      businessDate
      evidence
      documentKind
      documentId
      documentNo
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<FigureRowsQuery, FigureRowsQueryVariables>;
export const CallOffsToApproveDocument = new TypedDocumentString(`
    query CallOffsToApprove($first: Int = 20, $after: String) {
  callOffs(state: "requested", first: $first, after: $after) {
    nodes {
      id
      callOffNo
      contractId
      deliverOn
      welfare
      requestedAt
      amount {
        amount
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<CallOffsToApproveQuery, CallOffsToApproveQueryVariables>;
export const CallOffInFullDocument = new TypedDocumentString(`
    query CallOffInFull($id: ID!) {
  callOff(id: $id) {
    id
    callOffNo
    state
    lines {
      lineNo
      productName
      unit
      quantity
      price {
        amount
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CallOffInFullQuery, CallOffInFullQueryVariables>;
export const ApproveCallOffDocument = new TypedDocumentString(`
    mutation ApproveCallOff($id: ID!) {
  approveCallOff(input: {id: $id}) {
    callOff {
      id
      state
      approvedAt
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ApproveCallOffMutation, ApproveCallOffMutationVariables>;
export const RejectCallOffDocument = new TypedDocumentString(`
    mutation RejectCallOff($id: ID!, $reason: String!) {
  rejectCallOff(input: {id: $id, reason: $reason}) {
    callOff {
      id
      state
    }
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RejectCallOffMutation, RejectCallOffMutationVariables>;
export const OwnContractsDocument = new TypedDocumentString(`
    query OwnContracts($state: String = "signed", $first: Int = 20, $after: String) {
  contracts(state: $state, first: $first, after: $after) {
    nodes {
      id
      contractNo
      state
      validUntil
      merchant {
        id
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<OwnContractsQuery, OwnContractsQueryVariables>;
export const ContractWithRestDocument = new TypedDocumentString(`
    query ContractWithRest($id: ID!) {
  contract(id: $id) {
    id
    contractNo
    validFrom
    validUntil
    acceptorsRequired
    credit {
      limit {
        amount
      }
      used {
        amount
      }
    }
    lines {
      lineNo
      productId
      productName
      unit
      price {
        amount
      }
      calledQuantity
      leftQuantity
    }
  }
}
    `) as unknown as TypedDocumentString<ContractWithRestQuery, ContractWithRestQueryVariables>;
export const CallOffDocument = new TypedDocumentString(`
    mutation CallOff($input: CallOffContractInput!) {
  callOffContract(input: $input) {
    callOff {
      id
      callOffNo
      state
      deliverOn
      amount {
        amount
      }
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CallOffMutation, CallOffMutationVariables>;
export const DeliveryAtTheDoorDocument = new TypedDocumentString(`
    query DeliveryAtTheDoor($id: ID!) {
  delivery(id: $id) {
    id
    deliveryNo
    state
    waitingForSecond
    lines {
      lineNo
      productName
      unit
      deliveredQuantity
      acceptedQuantity
      rejectedQuantity
    }
  }
}
    `) as unknown as TypedDocumentString<DeliveryAtTheDoorQuery, DeliveryAtTheDoorQueryVariables>;
export const AcceptDeliveryDocument = new TypedDocumentString(`
    mutation AcceptDelivery($input: AcceptDeliveryInput!) {
  acceptDelivery(input: $input) {
    delivery {
      id
      state
      acceptedAt
      waitingForSecond
      amount {
        amount
      }
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AcceptDeliveryMutation, AcceptDeliveryMutationVariables>;
export const ReviewQueueDocument = new TypedDocumentString(`
    query ReviewQueue($first: Int = 20, $after: String) {
  applications(queue: true, first: $first, after: $after) {
    nodes {
      id
      subject
      name
      merchantName
      submittedAt
      steps {
        duty
        name
        by
        open
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ReviewQueueQuery, ReviewQueueQueryVariables>;
export const ApplicationInFullDocument = new TypedDocumentString(`
    query ApplicationInFull($id: ID!) {
  application(id: $id) {
    id
    subject
    name
    state
    round
    steps {
      duty
      name
      position
      by
      open
      verdict
      reason
      decidedAt
    }
  }
}
    `) as unknown as TypedDocumentString<ApplicationInFullQuery, ApplicationInFullQueryVariables>;
export const ReviewDocument = new TypedDocumentString(`
    mutation Review($id: ID!, $duty: String!, $verdict: Verdict!, $reason: String) {
  reviewApplication(
    input: {id: $id, duty: $duty, verdict: $verdict, reason: $reason}
  ) {
    application {
      id
      state
      steps {
        duty
        verdict
        open
      }
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ReviewMutation, ReviewMutationVariables>;
export const ReportsToCheckDocument = new TypedDocumentString(`
    query ReportsToCheck($first: Int = 20, $after: String) {
  externalReports(state: "submitted", first: $first, after: $after) {
    nodes {
      id
      reportNo
      merchantName
      month
      amount {
        amount
      }
      paper
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ReportsToCheckQuery, ReportsToCheckQueryVariables>;
export const ConfirmExternalReportDocument = new TypedDocumentString(`
    mutation ConfirmExternalReport($id: ID!) {
  confirmExternalReport(input: {id: $id}) {
    report {
      id
      state
    }
    userErrors {
      code
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ConfirmExternalReportMutation, ConfirmExternalReportMutationVariables>;
export const CountySaleLinesDocument = new TypedDocumentString(`
    query CountySaleLines($filter: SaleFilter, $first: Int = 50, $after: String) {
  saleLines(filter: $filter, first: $first, after: $after) {
    nodes {
      id
      kind
      channel
      evidence
      businessDate
      merchantName
      productName
      quantity
      unit
      amount {
        amount
      }
      documentKind
      documentNo
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<CountySaleLinesQuery, CountySaleLinesQueryVariables>;
export const CreateApiKeyDocument = new TypedDocumentString(`
    mutation CreateApiKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    created {
      secret
      key {
        id
        name
        scopes
        expiresAt
      }
    }
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RegisterWebhookDocument = new TypedDocumentString(`
    mutation RegisterWebhook($input: RegisterWebhookEndpointInput!) {
  registerWebhookEndpoint(input: $input) {
    registered {
      secret
      endpoint {
        id
        url
        kinds
        state
      }
    }
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RegisterWebhookMutation, RegisterWebhookMutationVariables>;
export const ImportKindsDocument = new TypedDocumentString(`
    query ImportKinds {
  importKinds {
    service
    name
    title
    columns {
      key
      title
      required
    }
  }
}
    `) as unknown as TypedDocumentString<ImportKindsQuery, ImportKindsQueryVariables>;
export const CreateUploadDocument = new TypedDocumentString(`
    mutation CreateUpload($filename: String!) {
  createUpload(input: {filename: $filename, purpose: "import"}) {
    upload {
      id
      url
      maxBytes
    }
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateUploadMutation, CreateUploadMutationVariables>;
export const StartImportDocument = new TypedDocumentString(`
    mutation StartImport($input: StartImportInput!) {
  startImport(input: $input) {
    importRun {
      id
      state
    }
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<StartImportMutation, StartImportMutationVariables>;
export const ImportRunDocument = new TypedDocumentString(`
    query ImportRun($id: ID!) {
  importRun(id: $id) {
    id
    kind
    state
    rows
    documents
    done
    errorCount
    errors {
      line
      column
      code
      value
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ImportRunQuery, ImportRunQueryVariables>;
export const ApplyImportDocument = new TypedDocumentString(`
    mutation ApplyImport($id: ID!) {
  applyImport(input: {id: $id}) {
    importRun {
      id
      state
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ApplyImportMutation, ApplyImportMutationVariables>;
export const CopiesInSyncDocument = new TypedDocumentString(`
    query CopiesInSync {
  sync {
    service
    parked
    positions {
      source
      lane
      head
      waiting
      applied
    }
  }
}
    `) as unknown as TypedDocumentString<CopiesInSyncQuery, CopiesInSyncQueryVariables>;
export const OrdersToPackDocument = new TypedDocumentString(`
    query OrdersToPack($merchantId: ID!, $first: Int = 50, $after: String) {
  orders(merchantId: $merchantId, state: "paid", first: $first, after: $after) {
    nodes {
      id
      orderNo
      paidAt
      amount {
        amount
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<OrdersToPackQuery, OrdersToPackQueryVariables>;
export const ParcelSlipDocument = new TypedDocumentString(`
    query ParcelSlip($id: ID!) {
  order(id: $id) {
    id
    orderNo
    state
    recipient {
      name
      phone
      address
      countyCode
    }
    lines {
      productName
      quantity
      unit
      amount {
        amount
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ParcelSlipQuery, ParcelSlipQueryVariables>;
export const ShipOrderDocument = new TypedDocumentString(`
    mutation ShipOrder($id: ID!) {
  shipOrder(input: {id: $id}) {
    order {
      id
      state
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ShipOrderMutation, ShipOrderMutationVariables>;
export const StockListDocument = new TypedDocumentString(`
    query StockList($merchantId: ID!, $first: Int = 100, $after: String) {
  stock(merchantId: $merchantId, first: $first, after: $after) {
    nodes {
      productId
      available
      reserved
      unit
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<StockListQuery, StockListQueryVariables>;
export const SetStockDocument = new TypedDocumentString(`
    mutation SetStock($input: SetStockInput!) {
  setStock(input: $input) {
    stock {
      productId
      available
      reserved
      unit
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SetStockMutation, SetStockMutationVariables>;
export const ConfirmCallOffDocument = new TypedDocumentString(`
    mutation ConfirmCallOff($id: ID!) {
  confirmCallOff(input: {id: $id}) {
    callOff {
      id
      state
      confirmedAt
    }
    userErrors {
      code
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ConfirmCallOffMutation, ConfirmCallOffMutationVariables>;
export const DispatchDeliveryDocument = new TypedDocumentString(`
    mutation DispatchDelivery($input: DispatchDeliveryInput!) {
  dispatchDelivery(input: $input) {
    delivery {
      id
      deliveryNo
      state
      sentAt
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DispatchDeliveryMutation, DispatchDeliveryMutationVariables>;
export const ApplyProductDocument = new TypedDocumentString(`
    mutation ApplyProduct($input: ApplyProductInput!) {
  applyProduct(input: $input) {
    application {
      id
      state
      productId
      steps {
        duty
        name
        open
      }
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ApplyProductMutation, ApplyProductMutationVariables>;
export const SignInDocument = new TypedDocumentString(`
    mutation SignIn($login: String!, $password: String!) {
  signIn(input: {login: $login, password: $password}) {
    tokens {
      accessToken
      refreshToken
      accountId
    }
    needsSecondFactor {
      challenge
      methods
      seconds
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const RefreshSessionDocument = new TypedDocumentString(`
    mutation RefreshSession($refreshToken: String!) {
  refreshSession(input: {refreshToken: $refreshToken}) {
    tokens {
      accessToken
      refreshToken
      accountId
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const WhoAmIDocument = new TypedDocumentString(`
    query WhoAmI {
  me {
    id
    name
    language
    grants {
      role
      scope
    }
  }
}
    `) as unknown as TypedDocumentString<WhoAmIQuery, WhoAmIQueryVariables>;
export const FindProductsDocument = new TypedDocumentString(`
    query FindProducts($words: String!, $county: String, $first: Int = 20, $after: String) {
  search(query: $words, countyCode: $county, first: $first, after: $after) {
    total
    correctedQuery
    nodes {
      id
      name
      merchantName
      countyName
      unit
      pack
      image
      availability
      offerVersion
      price {
        amount
        currency
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<FindProductsQuery, FindProductsQueryVariables>;
export const ProductPageDocument = new TypedDocumentString(`
    query ProductPage($id: ID!) {
  product(id: $id) {
    id
    name
    description
    unit
    pack
    sellable
    labels
    offerVersion
    price {
      amount
      currency
    }
    offer {
      available
      level
    }
    merchant {
      id
      name
      validUntil
    }
    certificates {
      number
      validUntil
    }
  }
}
    `) as unknown as TypedDocumentString<ProductPageQuery, ProductPageQueryVariables>;
export const PutIntoCartDocument = new TypedDocumentString(`
    mutation PutIntoCart($input: SetCartLineInput!) {
  setCartLine(input: $input) {
    cart {
      amount {
        amount
      }
      lines {
        productId
        quantity
        unit
        offerVersion
        problem
        price {
          amount
        }
      }
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PutIntoCartMutation, PutIntoCartMutationVariables>;
export const PlaceOrderDocument = new TypedDocumentString(`
    mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    checkout {
      checkoutId
      paymentId
      amount {
        amount
        currency
      }
      orders {
        id
        orderNo
        state
        reservedUntil
      }
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PlaceOrderMutation, PlaceOrderMutationVariables>;
export const StartPaymentDocument = new TypedDocumentString(`
    mutation StartPayment($input: StartPaymentInput!) {
  startPayment(input: $input) {
    payment {
      id
      state
      payUrl
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StartPaymentMutation, StartPaymentMutationVariables>;
export const PaymentStateDocument = new TypedDocumentString(`
    query PaymentState($id: ID!) {
  payment(id: $id) {
    id
    state
    amount {
      amount
      currency
    }
    refunded {
      amount
    }
  }
}
    `) as unknown as TypedDocumentString<PaymentStateQuery, PaymentStateQueryVariables>;
export const OwnOrdersDocument = new TypedDocumentString(`
    query OwnOrders($first: Int = 20, $after: String) {
  orders(first: $first, after: $after) {
    nodes {
      id
      orderNo
      state
      placedAt
      paidAt
      amount {
        amount
      }
      refunded {
        amount
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<OwnOrdersQuery, OwnOrdersQueryVariables>;
export const ScheduleSessionDocument = new TypedDocumentString(`
    mutation ScheduleSession($input: ScheduleSessionInput!) {
  scheduleSession(input: $input) {
    session {
      id
      sessionNo
      state
      startsAt
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ScheduleSessionMutation, ScheduleSessionMutationVariables>;
export const LinkProductsDocument = new TypedDocumentString(`
    mutation LinkProducts($id: ID!, $productIds: [ID!]!) {
  linkProducts(input: {id: $id, productIds: $productIds}) {
    session {
      id
      products {
        productId
        name
        price {
          amount
        }
      }
    }
    userErrors {
      code
      field
      message
      facts {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LinkProductsMutation, LinkProductsMutationVariables>;
export const GoLiveDocument = new TypedDocumentString(`
    mutation GoLive($id: ID!) {
  startSession(input: {id: $id}) {
    session {
      id
      state
      startedAt
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<GoLiveMutation, GoLiveMutationVariables>;
export const PinProductDocument = new TypedDocumentString(`
    mutation PinProduct($id: ID!, $productId: ID!) {
  pinProduct(input: {id: $id, productId: $productId}) {
    session {
      id
      pinnedProductId
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<PinProductMutation, PinProductMutationVariables>;
export const EndSessionDocument = new TypedDocumentString(`
    mutation EndSession($id: ID!) {
  endSessionBroadcast(input: {id: $id}) {
    session {
      id
      state
      endedAt
      participants
      peak
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EndSessionMutation, EndSessionMutationVariables>;
export const SessionResultsDocument = new TypedDocumentString(`
    query SessionResults($id: ID!) {
  liveSession(id: $id) {
    id
    title
    state
    participants
    peak
    products {
      productId
      name
      sold {
        quantity
        unit
        lines
      }
    }
    results {
      gross {
        amount
      }
      refunds {
        amount
      }
      net {
        amount
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SessionResultsQuery, SessionResultsQueryVariables>;
export const SessionFramesDocument = new TypedDocumentString(`
    subscription SessionFrames($id: ID!) {
  sessionFrames(id: $id) {
    type
    productId
    quantity
    unit
    watching
    participants
    message
  }
}
    `) as unknown as TypedDocumentString<SessionFramesSubscription, SessionFramesSubscriptionVariables>;