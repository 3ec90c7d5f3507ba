import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [
        migrations.AddField("sharerequest", "rate", models.PositiveIntegerField(default=0)),
        migrations.AddField("sharerequest", "verify_only", models.BooleanField(default=False)),
        migrations.AddField("grant", "rate", models.PositiveIntegerField(default=0)),
        migrations.AddField("grant", "verify_only", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="Barrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("subject", models.CharField(max_length=120)),
                ("resource", models.CharField(max_length=60)),
                ("owner", models.CharField(blank=True, max_length=18)),
                ("waiting", models.CharField(blank=True, max_length=18)),
                ("matters", models.JSONField(default=list)),
                ("found_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="sharerequest",
            name="exchange_decision_has_a_decider",
        ),
        migrations.AddField(
            model_name="grant",
            name="ended_as",
            field=models.CharField(
                blank=True, choices=[("withdrawn", "withdrawn"), ("returned", "returned")], max_length=10
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="last_answered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="supplied_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="supply_due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="supply_duty",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="grant",
            name="suspended_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="grant",
            name="suspended_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="suspended_why",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="extended_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="extended_why",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="proposal",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="proposed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="proposed_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="renews",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="renewals", to="exchange.grant"
            ),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="reply_duty",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="sensitivity",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="withdrawn_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="sharerequest",
            name="withdrawn_why",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="sharerequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "pending"),
                    ("proposed", "proposed"),
                    ("granted", "granted"),
                    ("refused", "refused"),
                    ("withdrawn", "withdrawn"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lte", models.F("valid_to"))), name="exchange_grant_has_a_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("suspended_until", None), models.Q(("suspended_why", ""), _negated=True), _connector="OR"
                ),
                name="exchange_suspension_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("granted", "refused")), models.Q(("decided_by", ""), _negated=True)),
                    models.Q(models.Q(("state__in", ("granted", "refused")), _negated=True), ("decided_by", "")),
                    _connector="OR",
                ),
                name="exchange_decision_has_a_decider",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by", ""),
                    models.Q(
                        models.Q(("proposed_by", models.F("requested_by")), _negated=True),
                        models.Q(("proposed_by", models.F("decided_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exchange_second_officer_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "granted"), _negated=True),
                    ("sensitivity__lt", 4),
                    models.Q(("proposed_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="exchange_most_sensitive_has_two_officers",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "proposed"), _negated=True),
                    models.Q(("proposed_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="exchange_proposal_has_an_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("withdrawn_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="exchange_withdrawal_has_an_asker",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("pending", "proposed", "granted"))),
                fields=("renews",),
                name="exchange_one_renewal_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="barrier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("gone_at", None)), fields=("kind", "subject"), name="exchange_barrier_told_once"
            ),
        ),
    ]
