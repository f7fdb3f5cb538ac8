"""Vietnamese syllables without tones: whether letters can be one, and one spelling for i/y."""

import re
from functools import lru_cache

from knowledge.fold import strip_tones

_ONSETS = "ngh ng nh ch gh gi kh ph qu th tr b c d g h k l m n p r s t v x".split()
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet ieu "
    "im in inh ip it iu o oa oac oach oai oam oan oang oanh oat oay oc oe oen oeo oet oi om on ong oong op ot u ua uan "
    "uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh "
    "uyt uyu y yem yen yet yeu"
).split()
_SYLLABLE = re.compile(rf"(?:{'|'.join(_ONSETS)})?(?:{'|'.join(sorted(_RIMES, key=len, reverse=True))})")
_FINAL_Y = re.compile(r"(?:[hklmstv]|th|qu)y")


@lru_cache(30_000)
def is_syllable(word: str) -> bool:
    """Whether toneless letters can be one Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


@lru_cache(30_000)
def bare(word: str) -> str:
    """The word without tones, with i for a final y where both spellings are used (ký, kí; lý, lí)."""
    plain = strip_tones(word)
    return f"{plain[:-1]}i" if _FINAL_Y.fullmatch(plain) else plain
