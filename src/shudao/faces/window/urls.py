"""The window's addresses: taking in, the work list, one case and what can be done to it."""

from django.urls import path

from shudao.faces.window.views import acts, case, draft, guardians, intake, reveal, work

app_name = "window"
urlpatterns = [
    path("", work.work, name="work"),
    path("intake/", intake.find, name="intake"),
    path("intake/<str:task_code>/", intake.person, name="person"),
    path("drafts/<str:draft_id>/", draft.draft, name="draft"),
    path("guardians/", guardians.guardians, name="guardians"),
    path("guardians/new/", guardians.new, name="new-guardian"),
    path("guardians/<str:number>/", guardians.guardian, name="guardian"),
    path("guardians/<str:number>/papers/", guardians.papers, name="guardian-papers"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/reveal/", reveal.reveal, name="reveal"),
    path("cases/<str:number>/<str:act>/", acts.act, name="act"),
]
