"""When a proof was let be seen by everyone, or taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actions", "0002_to_confirm")]

    operations = [
        migrations.AddField("proof", "shown_at", models.DateTimeField(null=True)),
    ]
