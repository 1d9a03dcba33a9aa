"""What `app.py` gives to Streamlit's server: everything that stands before the pages."""

from starlette.middleware import Middleware

from mmdemo.ui.door.cookie import VisitorCookie
from mmdemo.ui.door.headers import SecurityHeaders
from mmdemo.ui.door.stopping import lifespan
from mmdemo.ui.door.uploads import Uploads

__all__ = ["MIDDLEWARE", "lifespan"]

MIDDLEWARE = (Middleware(SecurityHeaders), Middleware(VisitorCookie), Middleware(Uploads))
"""From the outside in."""
