"""The way in for a data set that a browser sends in pieces.

Every request carries the visitor's cookie and the header `X-Fusion-Lab: 1`; every answer is JSON, an error
`{"error": "a sentence"}`. The paths are relative to the app's own address.

| request | answer |
| --- | --- |
| `POST own-data/new`, body `{"name": "My shop"}` | 201 `{"id": "…"}` |
| `PUT own-data/<id>/<offset>`, body: at most 2 MB | 200 `{"length": n}`: go on at n; 409 `{"error", "length"}` after a gap |
| `GET own-data/<id>` | 200 `{"length": n, "arrived": false}` |
| `POST own-data/<id>/done` | 200 `{"length": n, "arrived": true}` |
| `DELETE own-data/<id>` | 200 `{}` |

413: too large, or no room. 429: too fast or too many at once, with `Retry-After`. 404: no such data, or not yours.
"""
