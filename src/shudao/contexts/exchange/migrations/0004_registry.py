import django.db.models.deletion
from django.db import migrations, models


def note_words(apps, schema_editor):
    """Let entries from before be found by name and code; the next change adds items and provider."""
    for row in apps.get_model("exchange", "Resource").objects.all():
        row.words = "\n".join((row.name, row.name_en, row.abstract, row.abstract_en, row.code)).casefold()
        row.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_disputes")]
    operations = [
        migrations.CreateModel(
            name="ResourceVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("entry", models.JSONField()),
                ("changed_at", models.DateTimeField(null=True)),
                ("changed_by", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="UseOfDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("client", models.CharField(max_length=120)),
                ("resource", models.CharField(max_length=60)),
                ("calls", models.PositiveIntegerField()),
                ("answers", models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="systemkey",
            name="exchange_key_has_a_period",
        ),
        migrations.AddField(
            model_name="resource",
            name="changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="resource",
            name="changed_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="resource",
            name="open_condition",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="resource",
            name="opened",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="resource",
            name="reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="resource",
            name="related",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="resource",
            name="share_mode",
            field=models.CharField(
                choices=[("interface", "interface"), ("table", "table"), ("file", "file")],
                default="interface",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="resource",
            name="state",
            field=models.CharField(
                choices=[("published", "published"), ("suspended", "suspended"), ("retired", "retired")],
                default="published",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="resource",
            name="state_why",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="resource",
            name="upstream",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="resource",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="resource",
            name="words",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="system",
            name="contact_mail",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="system",
            name="contact_name",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="system",
            name="contact_phone",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="system",
            name="held_by_bureau",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="system",
            name="state",
            field=models.CharField(
                choices=[("active", "active"), ("suspended", "suspended"), ("retired", "retired")],
                default="active",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="system",
            name="state_why",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="systemkey",
            name="revoked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="systemkey",
            name="revoked_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="systemkey",
            name="revoked_why",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="resource",
            name="dataset",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "published"), models.Q(("state_why", ""), _negated=True), _connector="OR"),
                name="exchange_resource_says_why_it_is_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(("dataset", ""), ("upstream__isnull", True), _connector="OR"),
                name="exchange_resource_has_one_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="system",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("active", True), ("state", "active")),
                    models.Q(("active", False), models.Q(("state", "active"), _negated=True)),
                    _connector="OR",
                ),
                name="exchange_system_active_as_its_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="system",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "active"), models.Q(("state_why", ""), _negated=True), _connector="OR"),
                name="exchange_system_says_why_it_is_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="systemkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__lt", models.F("valid_to")), ("revoked_at__isnull", False), _connector="OR"
                ),
                name="exchange_key_has_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="systemkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revoked_at__isnull", True), models.Q(("revoked_why", ""), _negated=True), _connector="OR"
                ),
                name="exchange_revoked_key_says_why",
            ),
        ),
        migrations.AddField(
            model_name="resourceversion",
            name="resource",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="exchange.resource"
            ),
        ),
        migrations.AddConstraint(
            model_name="useofday",
            constraint=models.UniqueConstraint(fields=("day", "client", "resource"), name="exchange_one_count_a_day"),
        ),
        migrations.AddConstraint(
            model_name="useofday",
            constraint=models.CheckConstraint(
                condition=models.Q(("answers__lte", models.F("calls"))), name="exchange_answers_are_calls"
            ),
        ),
        migrations.AddConstraint(
            model_name="resourceversion",
            constraint=models.UniqueConstraint(fields=("resource", "number"), name="exchange_one_entry_a_version"),
        ),
        migrations.RunPython(note_words, migrations.RunPython.noop),
    ]
