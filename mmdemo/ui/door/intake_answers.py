"""What the way in answers; each function may take its time at the disk, so it runs in a thread."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from mmdemo.storage import own_arrival
from mmdemo.storage.arriving import length_of
from mmdemo.storage.strict_json import read_json
from mmdemo.ui.own_data import folders


def is_of(data_id: str, visitor: str) -> bool:
    """Return whether that data set is there and the visitor's."""
    record = folders().get(data_id)
    return record is not None and record.is_of(visitor)


def new(visitor: str, body: bytes) -> JSONResponse:
    """Make a place for a data set; raises a DatasetError where there is no room, else an HTTPException."""
    try:
        asked = read_json(body or b"{}")
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The request is no JSON.") from error
    name = asked.get("name", "") if isinstance(asked, dict) else ""
    return JSONResponse({"id": folders().create(visitor, str(name))}, HTTPStatus.CREATED)


def piece(data_id: str, visitor: str, offset: int, content: bytes) -> JSONResponse:
    """Take a piece; raises a DatasetError, a GapError where it does not follow on what is there."""
    return JSONResponse({"length": own_arrival.receive(folders(), data_id, visitor, offset, content)})


def length(data_id: str, visitor: str) -> JSONResponse:
    """Say how much is there; raises a DatasetError where the data set is gone."""
    record = folders().own(data_id, visitor)
    return JSONResponse({"length": length_of(folders().source(data_id)), "arrived": record.arrived})


def done(data_id: str, visitor: str) -> JSONResponse:
    """Take note that all of it is there; raises a DatasetError where nothing is."""
    own_arrival.close(folders(), data_id, visitor)
    return length(data_id, visitor)


def delete(data_id: str, visitor: str) -> JSONResponse:
    """Remove what has arrived of a data set that was not finished; raises a DatasetError for another."""
    if folders().own(data_id, visitor).arrived:
        raise HTTPException(HTTPStatus.CONFLICT, "All of this data has arrived: delete it on the Data page.")
    folders().delete(data_id, visitor)
    return JSONResponse({})
