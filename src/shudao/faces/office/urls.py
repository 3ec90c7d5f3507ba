"""The office's addresses: the standard list, the data, the exchange, and what keeps the house running."""

from django.urls import path

from shudao.faces.office.views import (
    account_acts,
    accounts,
    ask,
    audit,
    datasets,
    duties,
    grants,
    jobs,
    ledger,
    matters,
    requests,
    start,
    systems,
)

app_name = "office"
urlpatterns = [
    path("", start.start, name="start"),
    path("matters/", matters.items, name="matters"),
    path("matters/<str:code>/", matters.item, name="item"),
    path("implementations/<str:task_code>/", matters.implementation, name="implementation"),
    path("datasets/", datasets.datasets, name="datasets"),
    path("datasets/<str:code>/", datasets.dataset, name="dataset"),
    path("resources/", grants.resources, name="resources"),
    path("resources/<str:code>/ask/", ask.ask, name="ask"),
    path("systems/", systems.systems, name="systems"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<str:number>/", requests.request, name="request"),
    path("grants/", grants.grants, name="grants"),
    path("grants/<str:number>/revoke/", grants.revoke, name="revoke"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/verify/", ledger.verify, name="verify"),
    path("duties/", duties.duties, name="duties"),
    path("duties/<str:number>/close/", duties.close, name="close-duty"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<str:job>/replay/", jobs.replay, name="replay"),
    path("audit/", audit.audit, name="audit"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.new, name="new-account"),
    path("accounts/<str:account>/", accounts.account, name="account"),
    path("accounts/<str:account>/grant/", account_acts.grant, name="grant-role"),
    path("accounts/<str:account>/revoke/", account_acts.revoke, name="revoke-role"),
    path("accounts/<str:account>/password/", account_acts.password, name="set-password"),
    path("accounts/<str:account>/close/", account_acts.close, name="close-account"),
]
