from services.catalog.app import SERVICE
from services.kit.run import main

raise SystemExit(main(SERVICE))
