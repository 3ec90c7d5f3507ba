import django.db.models.deletion
from django.db import migrations, models

from shudao.contexts.matters.adapters import search


def create_search(apps, editor):
    """The search table differs by database, so an adapter makes it; keep this step when 0001 is written anew."""
    search.index().create(editor)


def drop_search(apps, editor):
    search.index().drop(editor)



class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='BasicItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('catalog_code', models.CharField(max_length=12, unique=True)),
                ('code', models.CharField(max_length=60, unique=True)),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(default='1', max_length=1)),
            ],
        ),
        migrations.CreateModel(
            name='Form',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('title_en', models.CharField(max_length=300)),
                ('version', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='LegalDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('title_en', models.CharField(max_length=300)),
                ('number', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='BasicItemVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=1000)),
                ('name_en', models.CharField(max_length=1000)),
                ('task_type', models.CharField(max_length=2)),
                ('department_kind', models.CharField(max_length=8)),
                ('audience', models.CharField(max_length=8)),
                ('form_code', models.CharField(max_length=60)),
                ('fields', models.JSONField()),
                ('accepted_at', models.DateTimeField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='matters.basicitem')),
            ],
        ),
        migrations.CreateModel(
            name='FormerImplementation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task_code', models.CharField(max_length=31)),
                ('version', models.PositiveIntegerField()),
                ('division', models.CharField(max_length=12)),
                ('use_level', models.CharField(max_length=1)),
                ('department', models.CharField(max_length=18)),
                ('department_name', models.CharField(max_length=200)),
                ('department_name_en', models.CharField(max_length=300)),
                ('body_kind', models.CharField(max_length=8)),
                ('overrides', models.JSONField()),
                ('state', models.CharField(max_length=1)),
                ('superseded_at', models.DateTimeField()),
                ('item_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.basicitemversion')),
            ],
        ),
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('schema', models.TextField()),
                ('accepted_at', models.DateTimeField()),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='matters.form')),
            ],
        ),
        migrations.CreateModel(
            name='Implementation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task_code', models.CharField(max_length=31, unique=True)),
                ('catalog_code', models.CharField(max_length=12)),
                ('version', models.PositiveIntegerField()),
                ('division', models.CharField(max_length=12)),
                ('use_level', models.CharField(max_length=1)),
                ('department', models.CharField(max_length=18)),
                ('department_name', models.CharField(max_length=200)),
                ('department_name_en', models.CharField(max_length=300)),
                ('body_kind', models.CharField(max_length=8)),
                ('overrides', models.JSONField()),
                ('code', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=1000)),
                ('name_en', models.CharField(max_length=1000)),
                ('task_type', models.CharField(max_length=2)),
                ('project_type', models.CharField(max_length=1)),
                ('department_kind', models.CharField(max_length=8)),
                ('audience', models.CharField(max_length=8)),
                ('themes', models.CharField(max_length=100)),
                ('events', models.CharField(max_length=200)),
                ('tier', models.PositiveSmallIntegerField()),
                ('visits', models.PositiveSmallIntegerField()),
                ('legal_amount', models.PositiveIntegerField()),
                ('legal_unit', models.CharField(max_length=1)),
                ('promised_amount', models.PositiveIntegerField()),
                ('promised_unit', models.CharField(max_length=1)),
                ('hot', models.BooleanField()),
                ('state', models.CharField(max_length=1)),
                ('item_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.basicitemversion')),
            ],
        ),
        migrations.CreateModel(
            name='LegalArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True)),
                ('number', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('title_en', models.CharField(max_length=300)),
                ('says', models.TextField()),
                ('says_en', models.TextField(blank=True)),
                ('verified', models.BooleanField(default=False)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='matters.legaldocument')),
            ],
        ),
        migrations.AddConstraint(
            model_name='basicitemversion',
            constraint=models.UniqueConstraint(fields=('item', 'number'), name='matters_item_version'),
        ),
        migrations.AddConstraint(
            model_name='formerimplementation',
            constraint=models.UniqueConstraint(fields=('task_code', 'version'), name='matters_former_version'),
        ),
        migrations.AddConstraint(
            model_name='formversion',
            constraint=models.UniqueConstraint(fields=('form', 'number'), name='matters_form_version'),
        ),
        migrations.AddIndex(
            model_name='implementation',
            index=models.Index(fields=['division', 'catalog_code'], name='matters_impl_division'),
        ),
        migrations.AddIndex(
            model_name='implementation',
            index=models.Index(fields=['catalog_code', 'division'], name='matters_impl_catalog'),
        ),
        migrations.AddIndex(
            model_name='implementation',
            index=models.Index(fields=['department', 'catalog_code'], name='matters_impl_department'),
        ),
        migrations.RunPython(create_search, drop_search),
    ]
