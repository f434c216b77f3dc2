from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class RefuseLargeUploads(FileUploadHandler):
    """Refuses a form with files by the length that it announces, before any of it is read. First in the list."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002
        META: Mapping[str, Any],  # noqa: ARG002, N803
        content_length: Any,
        boundary: Any,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig(f"A form of {content_length:,} bytes; {settings.UPLOAD_MAX_BYTES:,} are allowed.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after it keep the file."""
