"""The English names of the languages that captions are written in."""

_NAMES = """
ach Acholi; af Afrikaans; am Amharic; an Aragonese; ar Arabic; ast Asturian; be Belarusian; bg Bulgarian; bn Bengali;
br Breton; bs Bosnian; ca Catalan; cs Czech; cy Welsh; da Danish; de German; el Greek; en English; eo Esperanto;
es Spanish; et Estonian; eu Basque; fa Persian; ff Fulah; fi Finnish; fo Faroese; fr French; ga Irish;
gd Scottish Gaelic; gl Galician; gu Gujarati; he Hebrew; hi Hindi; hr Croatian; hu Hungarian; hy Armenian;
id Indonesian; is Icelandic; it Italian; iu Inuktitut; ja Japanese; ka Georgian; kab Kabyle; km Khmer; kn Kannada;
ko Korean; ku Kurdish; lt Lithuanian; lv Latvian; mk Macedonian; ml Malayalam; mn Mongolian; mr Marathi; ms Malay;
nb Norwegian Bokmål; ne Nepali; nl Dutch; nn Norwegian Nynorsk; nr Southern Ndebele; oc Occitan; or Odia; pa Punjabi;
pl Polish; pt Portuguese; ro Romanian; ru Russian; rw Kinyarwanda; si Sinhala; sk Slovak; sl Slovenian; son Songhay;
sq Albanian; sr Serbian; sv Swedish; sw Swahili; ta Tamil; te Telugu; th Thai; tl Tagalog; tr Turkish; uk Ukrainian;
ur Urdu; vec Venetian; vi Vietnamese; wa Walloon; wo Wolof; xh Xhosa; zh Chinese; zu Zulu
"""
_LANGUAGES = dict(entry.strip().split(" ", 1) for entry in _NAMES.replace("\n", " ").split(";"))
_VARIANTS = {"AU": "Australia", "BR": "Brazil", "CN": "simplified", "GB": "Britain", "TW": "traditional",
             "latin": "Latin script", "valencia": "Valencian"}  # fmt: skip


def language_name(code: str) -> str:
    """Return a language's English name by its code, or the code itself where it is not known.

    >>> language_name("de"), language_name("zh_CN"), language_name("sr@latin"), language_name("tlh")
    ('German', 'Chinese (simplified)', 'Serbian (Latin script)', 'tlh')
    """
    language, _, variant = code.replace("@", "_").partition("_")
    if language not in _LANGUAGES:
        return code
    return f"{_LANGUAGES[language]} ({_VARIANTS.get(variant, variant)})" if variant else _LANGUAGES[language]
