"""Records lie in a place, which decides who reads them."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def lay(apps, schema_editor):
    """What came before lies in the country as a whole: whoever sees only a part of it sees none of these."""
    records = apps.get_model("forms", "Submission").objects.filter(place=None)
    country = apps.get_model("places", "Place").objects.filter(level=0, valid_to=None).first()
    if country is not None:
        records.update(place=country)


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0001_initial"),
        ("offices", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.AddField("version", "places", models.JSONField(default=list)),
        migrations.AddField(
            "submission",
            "implementer",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="offices.implementer",
            ),
        ),
        migrations.AddField(
            "submission",
            "place",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.place"
            ),
        ),
        migrations.RunPython(lay, migrations.RunPython.noop),
    ]
