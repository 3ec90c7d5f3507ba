from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the lists of requests and grants; a department's own also serves who looks for it alone."""

    dependencies = [("exchange", "0005_barriers")]
    operations = [
        migrations.AlterField("sharerequest", "department", models.CharField(max_length=18)),
        migrations.AlterField("sharerequest", "provider", models.CharField(max_length=18)),
        migrations.AlterField("grant", "valid_to", models.DateField()),
        migrations.AddIndex(
            "sharerequest", models.Index(fields=["department", "-number"], name="exchange_request_asked")
        ),
        migrations.AddIndex(
            "sharerequest", models.Index(fields=["provider", "-number"], name="exchange_request_answered")
        ),
        migrations.AddIndex("sharerequest", models.Index(fields=["state", "due_on", "number"], name="exchange_request_due")),
        migrations.AddIndex("sharerequest", models.Index(fields=["requested_at", "number"], name="exchange_request_at")),
        migrations.AddIndex("grant", models.Index(fields=["revoked_at", "valid_to"], name="exchange_grant_stands")),
        migrations.AddIndex("grant", models.Index(fields=["valid_from", "number"], name="exchange_grant_begins")),
        migrations.AddIndex("grant", models.Index(fields=["valid_to", "number"], name="exchange_grant_ends")),
        migrations.AddIndex(
            "grant",
            models.Index(
                condition=models.Q(("revoked_at", None), ("supplied_at", None)),
                fields=["supply_due_on"],
                name="exchange_grant_supply",
            ),
        ),
    ]
