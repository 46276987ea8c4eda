from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0005_signposts_of_joined_cases")]

    operations = [
        migrations.RemoveConstraint(model_name="mapcount", name="map_count_once"),
        migrations.RemoveField(model_name="mapcount", name="month"),
        migrations.AddField(
            model_name="mapcount",
            name="age",
            field=models.PositiveSmallIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="mapcount",
            constraint=models.UniqueConstraint(
                fields=("level", "age", "square", "category", "group"), name="map_count_once"
            ),
        ),
        migrations.AddIndex(
            model_name="mapcount",
            index=models.Index(
                fields=["level", "age", "square", "category", "group", "sector", "n", "lat", "lon"],
                name="map_count_whole",
            ),
        ),
        migrations.RemoveField(model_name="pin", name="month"),
        migrations.AddField(
            model_name="pin",
            name="age",
            field=models.PositiveSmallIntegerField(default=4),
            preserve_default=False,
        ),
        migrations.RemoveIndex(model_name="pin", name="pin_on_map"),
        migrations.AddIndex(
            model_name="pin",
            index=models.Index(
                fields=["spot", "category", "group", "sector", "age", "lat_e5", "lon_e5"], name="pin_on_map"
            ),
        ),
    ]
