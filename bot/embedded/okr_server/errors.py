"""What the API answers when it cannot do what was asked."""


class ApiError(Exception):
    """An answer other than success: the HTTP status, a code for programs and a sentence for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def bad_request(message: str) -> ApiError:
    """400: the request itself is wrong."""
    return ApiError(400, "bad_request", message)


def not_found(kind: str, item_id: str) -> ApiError:
    """404: there is no such thing, or no longer."""
    return ApiError(404, "not_found", f"There is no {kind} with the id {item_id[:100]}.")
