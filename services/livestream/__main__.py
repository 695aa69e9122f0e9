from services.kit.run import main
from services.livestream.app import SERVICE

raise SystemExit(main(SERVICE))
