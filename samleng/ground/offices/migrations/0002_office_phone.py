"""An office may be called: its own number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial")]

    operations = [
        migrations.AddField("office", "phone", models.CharField(blank=True, max_length=20)),
    ]
