from services.kit.run import main
from services.reporting.app import SERVICE

raise SystemExit(main(SERVICE))
