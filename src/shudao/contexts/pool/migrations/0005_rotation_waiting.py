from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pool", "0004_life_of_files"),
    ]

    operations = [
        migrations.AddField("rotation", "waiting", models.JSONField(default=list)),
    ]
