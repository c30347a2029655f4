"""Uploaded files: the object that payloads and ``files.info`` show, and giving out their bytes.

Sources: docs.slack.dev/reference/objects/file-object; docs.slack.dev/reference/methods/files.info.
"""

from typing import TYPE_CHECKING, Any

from localslack.conversation.files import filetype
from localslack.conversation.store import File

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]
READS = "files:read"


def file_object(world: "World", file: File) -> JSON:
    """The file as a submission and ``files.info`` carry it."""
    address = f"{world.base_url}/files-pri/{world.org.id}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": "text/csv" if filetype(file) == "csv" else "application/octet-stream",
        "filetype": filetype(file),
        "pretty_type": filetype(file).upper(),
        "user": file.user,
        "mode": "hosted",
        "size": file.length,
        "is_external": False,
        "is_public": False,
        "url_private": f"{address}/{file.id}",
        "url_private_download": f"{address}/download/{file.id}",
    }


def readable(world: "World", file_id: str, authorization: str) -> bytes | None:
    """The bytes of a file for a bearer token that may read files; None for any other."""
    scheme, _, value = authorization.partition(" ")
    token = world.app.tokens.get(value)
    file = world.talk.files.get(file_id)
    if scheme.lower() != "bearer" or token is None or not world.app.installed or READS not in token.scopes:
        return None
    return file.content if file is not None else None
