from services.kit.run import main
from services.orders.app import SERVICE

raise SystemExit(main(SERVICE))
