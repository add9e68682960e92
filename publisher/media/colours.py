"""Any picture's colours as sRGB in 8 bit, without transparency."""

import io

from PIL import Image, ImageCms

from publisher.media.notes import Note

BACKGROUND = "white"
SRGB = ImageCms.createProfile("sRGB")


def flat_srgb(picture: Image.Image, notes: set[Note]) -> Image.Image:
    """RGB as Instagram shows it; `notes` are added to. A profile that is no use is disregarded."""
    if picture.mode not in ("L", "RGB"):
        notes.update(_strange(picture))
    return _flat(_srgb(picture, notes))


def resizable(picture: Image.Image) -> Image.Image:
    """In a mode that can be scaled smoothly, with all that `flat_srgb` needs."""
    if picture.mode.startswith("I") or picture.mode == "F":
        profile = picture.info.get("icc_profile")
        shallow = picture.point(lambda value: value / 256).convert("L")
        shallow.info["icc_profile"] = profile
        return shallow
    if picture.mode in ("P", "PA", "1", "LA", "La"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if picture.mode in ("RGB", "L") and picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture


def _strange(picture: Image.Image) -> set[Note]:
    return {Note.COLOURS} if picture.mode in ("CMYK", "YCCK", "LAB", "HSV") else set()


def _srgb(picture: Image.Image, notes: set[Note]) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return picture
        converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    notes.add(Note.COLOURS)
    return converted or picture


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    flat = Image.new("RGB", picture.size, BACKGROUND)
    flat.paste(picture, mask=picture.getchannel("A"))
    return flat
