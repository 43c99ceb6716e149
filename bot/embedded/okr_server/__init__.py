"""The embedded OKR server: the REST API of Quantive Results on SQL, for teams without a Quantive account.

A script written for Quantive (a bearer token and the header ``gtmhub-accountId``) runs against it unchanged. Where the
API is silent, this server decides:

* ``POST /goals/{id}/restore`` (its own extension) brings a deleted objective back for thirty days, with its key
  results, check-ins and aligned objectives.
* ``targetOperator`` is ``at_least`` or ``at_most`` for progress from the initial value to the target, ``above`` or
  ``below`` for all or nothing.
* A write that a session's status does not allow is 400 with the code ``session_locked`` or ``session_closed``.
* Errors are ``{"error": "<code>", "message": "<sentence>"}``.
* An account whose sessions the server made itself always has an open one: it makes the quarters and years to come.
"""

from .server import OkrServer

__all__ = ["OkrServer"]
