"""The charts of the pages and the report, in Altair's grammar; `grammar` says why Altair itself does not make them."""
