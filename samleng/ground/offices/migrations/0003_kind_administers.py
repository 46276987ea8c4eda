"""Which kinds of office are the administration of the places of their level."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offices", "0002_office_phone")]

    operations = [
        migrations.AddField("officekind", "administers", models.BooleanField(default=False)),
    ]
