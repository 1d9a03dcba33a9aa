"""The style sheet of all pages: what Streamlit's theme cannot say."""

import streamlit as st

from mmdemo.ui import state, visitor

# Streamlit writes these in the primary colour, which has to be dark enough for white text on buttons and is then
# too dark as text on the dark theme (3.9 : 1).
_COLOURS = """
[data-testid=stSliderThumbValue], [data-testid=stSliderThumbValue] p, [data-testid=stTab],
button[data-variant][aria-checked=true],
button[kind=tertiary]:is(:hover, :focus, :active, [aria-expanded=true]) {color: inherit !important}
"""

# Streamlit cuts these off where they have too little room: in larger type, on a phone, in another script.
_WRAPPED = """
[data-testid=stMetricLabel], [data-testid=stMetricLabel] *, [data-testid=stMetricValue], [data-testid=stMetricValue] *,
[data-testid=stMetricDelta], [data-testid=stMetricDelta] *, [data-testid=stPageLink-NavLink] *,
[data-testid=stMarkdownContainer] .stMarkdownBadge,
[data-testid=stMain] button [data-testid=stMarkdownContainer] *, [data-testid=stMain] [role=tab] *
{white-space: normal !important; overflow: visible !important; overflow-wrap: anywhere; text-overflow: clip}
[data-testid=stMarkdownContainer] .stMarkdownBadge {display: inline-block; max-width: 100%; vertical-align: middle}
[data-testid=stMain] [data-testid=stButtonGroup] > [role] {flex-wrap: wrap; overflow: visible; mask-image: none}
[data-testid=stMain] button[data-variant=segmented_control] {border-color: rgba(125, 135, 153, .45) !important}
[data-testid=stMain] button[data-variant=segmented_control][aria-checked=true]
{border-color: var(--accent) !important; position: relative; z-index: 1}
[data-testid=stMetricValue] {line-height: 1.3}
[data-testid=stMain] [role=tablist] {flex-wrap: wrap}
[data-testid=stMain] [data-testid=stMarkdown]:has(.katex-display) {container-type: inline-size}
[data-testid=stMain] .katex-display {font-size: min(1em, 4.6cqi); padding: 0 4px}
[data-testid=stMain] [data-testid=stCode] code {white-space: pre-wrap !important; overflow-wrap: anywhere}
.wide-table {max-width: 100%; overflow-x: auto; padding-bottom: .5rem}
.wide-table table {border-collapse: collapse; margin: 0; font-size: .9rem; font-variant-numeric: tabular-nums}
.wide-table :is(th, td) {padding: .35rem .6rem; text-align: right; border-bottom: 1px solid rgba(125, 135, 153, .35)}
.wide-table :is(th, td):first-child {text-align: left; overflow-wrap: anywhere; min-width: 8rem}
.wide-table [scope=row] {font-weight: 400}
"""

# Columns that have become too narrow stand below each other: 15 letters' width, more in larger type.
_COLUMNS = """
[data-testid=stMain] [data-testid=stHorizontalBlock] {flex-wrap: wrap}
[data-testid=stMain] [data-testid=stColumn] {min-width: min(100%, 15rem)}
"""

# Charts have nothing to copy or enlarge that their tooltips and the page do not show: a dozen buttons fewer for a
# keyboard. What has the focus has a ring, and does not look like what is chosen.
_FOCUS = """
[data-testid=stFullScreenFrame]:has([data-testid=stVegaLiteChart]) > div > [data-testid=stElementToolbar]
{display: none}
:is(a, button, summary, .wide-table, [role=tab], [role=radio], [role=checkbox]):focus-visible
{outline: 3px solid currentColor !important; outline-offset: 2px; box-shadow: none !important}
[role=radiogroup] button:focus-visible, [role=tab]:focus-visible {outline-offset: -3px !important}
"""

# Streamlit leaves 6rem above a page, and as much beside it. The doors and the page that one is on stand out; what has
# the focus has a ring, so that the two do not look alike. The accents are the theme's primary colours.
_FRAME = """
:root {--accent: #4f46e5}
@media (prefers-color-scheme: dark) {:root {--accent: #6063ee}}
[data-testid=stHeader] {height: 2.75rem; min-height: 0}
[data-testid=stMainBlockContainer] {padding: 3.25rem clamp(1rem, 4vw, 3.5rem) 4rem}
[data-testid=stSidebarHeader] {height: 2.75rem; margin-bottom: 0}
[data-testid=stMainBlockContainer] h1 {padding: .25rem 0}
[class*=st-key-door_] a {background: var(--accent); padding: .6rem 1.1rem; border-radius: .5rem}
[class*=st-key-door_] a * {color: #fff !important}
[class*=st-key-door_] a:hover {filter: brightness(1.12)}
.st-key-navigation a {background: none; border-left: 4px solid transparent}
.st-key-navigation a:hover {background: rgba(125, 135, 153, .15)}
.st-key-here a, .st-key-here a:hover {background: rgba(125, 135, 153, .22); border-left-color: var(--accent)}
.st-key-here a p {font-weight: 700}
[data-testid=stLayoutWrapper]:has(> .st-key-says_where) {display: none}
[data-testid=stPageLink-NavLink]:focus-visible {outline: 3px solid var(--accent); outline-offset: 1px}
"""

# A pair to try is chosen by a click on its image: the button lies on it, its name is for those who cannot see it.
_TILES = """
[class*=st-key-tile_] {position: relative}
[class*=st-key-tile_] [data-testid=stElementToolbar] {display: none}
[class*=st-key-tile_] > [data-testid=stElementContainer]:has([data-testid=stButton]) {position: absolute; inset: 0;
height: 100%; width: 100%}
[class*=st-key-tile_] :is([data-testid=stButton], button) {width: 100%; height: 100%; min-height: 0; padding: 0}
[class*=st-key-tile_] button {background: none; border: 3px solid transparent}
[class*=st-key-tile_] button[kind=primary], [class*=st-key-tile_] button:hover {border-color: var(--accent)}
[class*=st-key-tile_] button p {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}
"""

# What a preparation does stays in sight while one moves its sliders: beside them, or above them where there is little
# room, and then in a frame of its own, as a caption may be long.
_PREPARING = """
[data-testid=stLayoutWrapper]:has(> .st-key-preparing) {container-type: inline-size}
[class*=st-key-preparing] img {max-height: min(13rem, 26vh); object-fit: contain; object-position: left top}
[data-testid=stLayoutWrapper]:has(> .st-key-pair_list) {flex: 1 1 min(100%, 24rem)}
@container (width < 40rem) {
[data-testid=stLayoutWrapper]:has(> .st-key-preparing_preview) {position: sticky; top: 2.75rem; z-index: 10;
max-height: 45vh; overflow-y: auto; background: light-dark(#fff, #11151b);
border-bottom: 1px solid rgba(125, 135, 153, .4)}
.st-key-preparing_preview img {max-height: 7rem}
.st-key-preparing_controls * {scroll-margin-top: calc(45vh + 3rem)}
}
@container (width >= 40rem) {
.st-key-preparing {display: grid; gap: 1rem 2rem; align-items: start; grid-template: "controls preview" auto
"controls answers" 1fr / minmax(0, 2fr) minmax(0, 3fr)}
[data-testid=stLayoutWrapper]:has(> .st-key-preparing_preview) {grid-area: preview}
[data-testid=stLayoutWrapper]:has(> .st-key-preparing_controls) {grid-area: controls}
[data-testid=stLayoutWrapper]:has(> .st-key-preparing_answers) {grid-area: answers}
}
@container (width >= 56rem) {
.st-key-preparing {grid-template: "controls preview answers" auto / minmax(0, 4fr) minmax(0, 5fr) minmax(0, 5fr)}
}
"""

# Streamlit writes "Press Enter to apply 12/2000" over the end of what is typed: below the field it covers nothing.
_TYPED = """
div:has(> [data-testid=InputInstructions]) {position: absolute !important; inset: 100% 0 auto auto !important}
[data-testid=InputInstructions] {position: static !important; line-height: 1.2; white-space: nowrap}
"""

_LARGE = "html {font-size: 125%}"


# On a tour a slim line says what to look at; what is below it is what counts.
_TOUR = """
[data-testid=stMainBlockContainer] h1 {font-size: 1.25rem; padding: 0}
[data-testid=stMainBlockContainer] {padding-top: 2.75rem}
.st-key-tour {padding: .25rem .75rem; border-radius: .5rem; background: rgba(125, 135, 153, .15)}
.st-key-tour > :first-child {flex: 1 1 14rem; min-width: 0}
@media (min-width: 900px) {.st-key-tour {flex-wrap: nowrap}}
.st-key-tour button {min-height: 2rem; padding: 0 .6rem; white-space: nowrap}
"""


def apply() -> None:
    """Style the page, in larger type where its address asks for it."""
    larger = _LARGE if st.query_params.get(state.PRESENT) else ""
    touring = _TOUR if st.query_params.get(state.TOUR) else ""
    rules = f"{_COLOURS}{_WRAPPED}{_COLUMNS}{_FOCUS}{_FRAME}{_TILES}{_PREPARING}{_TYPED}{touring}{larger}"
    st.html(f"<style>{rules}</style>{visitor.STYLE}")
