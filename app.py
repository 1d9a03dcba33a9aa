"""Overview: the claim, the proof and one worked example. The server also imports this file, for its application."""

from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:  # `streamlit run` finds the App, and serves the pages through it
    from streamlit.starlette import App

    from mmdemo.ui.door.application import MIDDLEWARE, lifespan

    app = App(__file__, middleware=MIDDLEWARE, lifespan=lifespan)
else:
    from mmdemo.ui import frame

    with frame.page("Overview"):
        # Imported here so that a cold server shows the title before it has loaded the libraries.
        from mmdemo.ui.pages.overview.overview import overview

        overview()
