"""What `app.py` gives to Streamlit's server: everything that stands before the pages."""

from starlette.middleware import Middleware

from mmdemo.ui.door.closed import Closed
from mmdemo.ui.door.cookie import VisitorCookie
from mmdemo.ui.door.headers import SecurityHeaders
from mmdemo.ui.door.intake import Intake
from mmdemo.ui.door.media import Media
from mmdemo.ui.door.messages import Messages
from mmdemo.ui.door.stopping import lifespan
from mmdemo.ui.door.tabs import Tabs
from mmdemo.ui.door.uploads import Uploads
from mmdemo.ui.door.warming import Warming

__all__ = ["MIDDLEWARE", "lifespan"]

MIDDLEWARE = (
    Middleware(SecurityHeaders),
    Middleware(Closed),
    Middleware(Tabs),
    Middleware(VisitorCookie),
    Middleware(Media),
    Middleware(Intake),
    Middleware(Uploads),
    Middleware(Messages),
    Middleware(Warming),
)
"""From the outside in."""
