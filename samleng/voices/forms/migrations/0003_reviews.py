"""Every record lies somewhere; reviews of records are rows of their own."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import samleng.kit.ledger.rules


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0002_where_records_lie"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "submission",
            "place",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.place"
            ),
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=samleng.kit.ledger.rules.fresh_id, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("received", "Received"),
                            ("hasIssues", "Has Issues"),
                            ("edited", "Edited"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=10,
                    ),
                ),
                ("comment", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="forms.submission",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["record", "id"], name="forms_revie_record__365963_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("comment", ""), ("state", ""), _negated=True),
                        name="a_review_says_something",
                    )
                ],
            },
        ),
    ]
