"""The sidebar of every page: where one can go, how to present and share, and what becomes of one's data."""

from collections.abc import Callable, Iterable

import streamlit as st

from mmdemo.ui import delete_my_data, page_link, state


def draw(titles: Iterable[str], here: str, link: Callable[..., None]) -> None:
    """Draw the sidebar; titles: of all pages. here: of the one that is drawn. link: draws a link to one of them."""
    with st.sidebar:
        st.markdown("**Fusion Lab**")
        with st.container(key="navigation", gap="xsmall"):
            for title in titles:
                if title != here:
                    link(title)
                    continue
                with st.container(key="here"):
                    link(title)
        _say_where(here)
        _present(link, bool(st.query_params.get(state.PRESENT)))
        with st.popover("Your data and privacy", icon=":material/lock:", width="stretch"):
            st.markdown("What you bring and train here is yours alone until you share it.")
            delete_my_data.button()


def _say_where(here: str) -> None:
    """Tell those who cannot see it which entry is the page that they are on; Streamlit does not."""
    with st.container(key="says_where"):
        st.html(
            f"""<script>
(function mark() {{  // {here}
    const here = document.querySelector(".st-key-here a");
    if (!here) return requestAnimationFrame(mark);  // at a first visit it is drawn later than this
    for (const link of document.querySelectorAll(".st-key-navigation a")) link.removeAttribute("aria-current");
    here.setAttribute("aria-current", "page");
}})();
</script>""",
            unsafe_allow_javascript=True,
        )


@st.fragment
def _present(link: Callable[..., None], large: bool) -> None:
    """Draw what a presenter needs; the link is made when this is opened, of what the page shows then.

    large: whether the page is drawn in larger type.
    """
    if large != bool(st.query_params.get(state.PRESENT)):
        st.rerun()  # the whole page: a click here draws only this again
    popover = st.popover(
        "Present and share", icon=":material/co_present:", width="stretch", key="present_and_share", on_change="rerun"
    )
    if not popover.open:
        return
    with popover:
        link("Overview", "Start the guided tour", icon=":material/tour:", **{state.TOUR: "1"})
        st.button("Normal type" if large else "Larger type", icon=":material/format_size:", on_click=_resize)
        st.markdown("Link to exactly this page, to copy:")
        page_link.draw()


def _resize() -> None:
    if st.query_params.get(state.PRESENT):
        del st.query_params[state.PRESENT]
    else:
        st.query_params[state.PRESENT] = "1"
