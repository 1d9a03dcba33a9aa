"""What every request passes before Streamlit sees it: headers, the visitor's cookie, and the gate of uploads."""
