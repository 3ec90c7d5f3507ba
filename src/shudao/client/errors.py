"""
What can go wrong with a call. Every one has a stable `code`; programs decide by class and code, never by the sentence.

    CallFailed
    ├── Refused        the gateway said no; `code` is its refusal code ("no_grant", "quota_used" …)
    └── Unreachable    nothing is known of the subject ("not_connected", "timed_out", "connection_lost" …)
        └── Untrusted  an answer came, and is not to be believed ("other_request", "receipt_refused")
"""

from __future__ import annotations


class CallFailed(Exception):
    """The call brought no answer; `code` says why."""

    code: str


class Refused(CallFailed):
    """
    The gateway said no.

    Attributes:
        code: Stable refusal code, such as "grant_expired", "no_case_number", "replayed".
        type: X-Road's error type. message: a sentence for people. detail: the id that finds it in the gateway's log.
        ledger: Place of the refusal's ledger entry, "segment:sequence"; "" where there is none.
        retry_after: Seconds after which it may be tried again; 0 where trying again is of no use, or unknown.
    """

    def __init__(self, code: str, type: str, message: str, detail: str, ledger: str, retry_after: int = 0) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.type, self.message, self.detail, self.ledger = code, type, message, detail, ledger
        self.retry_after = retry_after


class Unreachable(CallFailed):
    """
    No answer, none in time, or none that is one: nothing is known of the subject.

    Codes: "not_connected" (nothing was sent) · "timed_out" · "connection_lost" · "answer_lost" (the call arrived, its
    answer did not) · "answer_too_large" · "not_the_gateway" (what answered is something else).
    """

    def __init__(self, message: str, code: str = "not_the_gateway") -> None:
        super().__init__(message)
        self.code = code


class Untrusted(Unreachable):
    """The answer is another request's ("other_request"), or its receipt does not hold ("receipt_refused")."""
