"""How each modality is drawn and asked for on the pages: one file a modality with its parts beside, and a registry."""
