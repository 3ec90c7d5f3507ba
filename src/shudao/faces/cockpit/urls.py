"""The cockpit's addresses."""

from django.urls import path

from shudao.faces.cockpit.views import boundaries, departments, method, places

app_name = "cockpit"
urlpatterns = [
    path("", places.places, name="places"),
    path("departments/", departments.departments, name="departments"),
    path("method/", method.method, name="method"),
    path("boundaries/<str:code>.json", boundaries.boundaries, name="boundaries"),
]
