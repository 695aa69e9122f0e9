from services.catalog.importers.certificates import CERTIFICATES
from services.catalog.importers.labels import LABELS
from services.catalog.importers.mechanisms import MECHANISMS
from services.catalog.importers.merchants import MERCHANTS
from services.catalog.importers.products import PRODUCTS
from services.catalog.importers.withdrawals import WITHDRAWALS

IMPORTS = (MERCHANTS, PRODUCTS, CERTIFICATES, LABELS, MECHANISMS, WITHDRAWALS)
