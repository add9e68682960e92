// The page's own words: English in the files, German here. What the bot says is the bot's.

const GERMAN = {
  "Skip to the message field": "Zum Nachrichtenfeld",
  "The real bot between a local Telegram and a local Instagram. Nothing leaves this computer.":
    "Der echte Bot zwischen einem lokalen Telegram und einem lokalen Instagram. Nichts verlässt diesen Rechner.",
  Phone: "Telefon",
  Messages: "Nachrichten",
  "To the newest message": "Zur neuesten Nachricht",
  "As photo or video": "Als Foto oder Video",
  "the quick way": "der schnelle Weg",
  "As file": "Als Datei",
  "in full quality": "in voller Qualität",
  Commands: "Befehle",
  Attach: "Anhängen",
  Message: "Nachricht",
  "Message to {}": "Nachricht an {}",
  Send: "Senden",
  "Instagram profile": "Instagram-Profil",
  "Local Instagram": "Lokales Instagram",
  "What if …": "Was wäre, wenn …",
  "Profile and posts": "Profil und Beiträge",
  "Published by Postbote, from the phone beside it. Posts for Corner Bakery come back to the chat, to be posted by hand.":
    "Veröffentlicht von Postbote, vom Telefon daneben. Beiträge für Corner Bakery kommen in den Chat zurück, damit du sie selbst postest.",
  Posts: "Beiträge",
  "No posts yet": "Noch keine Beiträge",
  "Send a photo to Postbote, tap": "Schick Postbote ein Foto, tippe auf",
  Now: "Jetzt",
  ", and watch it appear here.": " und sieh zu, wie es hier erscheint.",
  Views: "Ansichten",
  Profile: "Profil",
  "typing …": "schreibt …",
  group: "Gruppe",
  "You and the bot": "Du und der Bot",
  "Postbote alerts": "Meldungen",
  "new messages": "neue Nachrichten",
  "You are": "Du bist",
  owner: "Leitung",
  author: "plant Posts",
  "not invited yet": "noch nicht eingeladen",
  "a client": "von außen",
  stranger: "fremd",
  "Send a photo, a video or an album: Postbote makes a post of it, and one tap plans it.":
    "Schick ein Foto, ein Video oder ein Album: Postbote macht daraus einen Beitrag, und ein Tippen plant ihn.",
  Start: "Starten",
  "Here the bot tells of every failure. To see one, open ":
    "Hier meldet der Bot alles, was schiefgeht. Um das zu sehen, öffne ",
  " above the profile, choose that Instagram refuses the next picture, and publish a photo.":
    " über dem Profil, lass Instagram das nächste Bild ablehnen und veröffentliche ein Foto.",
  Reply: "Antworten",
  "Reply and more": "Antworten und mehr",
  "Reply to {}": "Antwort an {}",
  "Reply to yourself": "Antwort an dich selbst",
  Edit: "Bearbeiten",
  "Edit caption": "Text bearbeiten",
  "Edit message": "Nachricht bearbeiten",
  "Forward to this chat": "In diesen Chat weiterleiten",
  "Forwarded from {}": "Weitergeleitet von {}",
  Delete: "Löschen",
  Cancel: "Abbrechen",
  "Deleted message": "Gelöschte Nachricht",
  "Your reaction:": "Deine Reaktion:",
  "Reaction:": "Reaktion:",
  Buttons: "Tasten",
  You: "Du",
  "edited ": "bearbeitet ",
  Photo: "Foto",
  Video: "Video",
  File: "Datei",
  Animation: "Animation",
  "Voice message": "Sprachnachricht",
  "Video message": "Videonachricht",
  Contact: "Kontakt",
  Poll: "Umfrage",
  Location: "Standort",
  Media: "Medien",
  "Open: {}": "Öffnen: {}",
  "Photo or video": "Foto oder Video",
  "several become an album": "mehrere werden ein Album",
  "Sample picture": "Beispielbild",
  "if you have none at hand": "falls du gerade keins hast",
  "The sample picture is missing.": "Das Beispielbild fehlt.",
  "Add a caption …": "Text hinzufügen …",
  Caption: "Text",
  "Send files": "Dateien senden",
  "Send 1 file": "1 Datei senden",
  "Send {} files, ten at a time": "{} Dateien senden, je zehn auf einmal",
  "Send {} files as an album": "{} Dateien als Album senden",
  "Send as": "Senden als",
  "Remove {}": "{} entfernen",
  Close: "Schließen",
  Previous: "Zurück",
  Next: "Weiter",
  "{} of {}": "{} von {}",
  Copy: "Kopieren",
  Copied: "Kopiert",
  "This browser doesn't let the page copy.": "Dieser Browser lässt die Seite nicht kopieren.",
  Show: "Anzeigen",
  Today: "Heute",
  Yesterday: "Gestern",
  "just now": "gerade eben",
  "it refuses the next picture": "… es das nächste Bild ablehnt?",
  "for good: you and the admin hear of it": "endgültig: Du und der Admin erfahren es",
  "it is down for a moment": "… es kurz nicht erreichbar ist?",
  "the post is tried again by itself": "der Bot versucht es von selbst noch einmal",
  "its reply is lost": "… seine Antwort verloren geht?",
  "the post may be live: never published twice": "vielleicht ist der Beitrag schon da: nie zweimal",
  "it wants to see a human": "… es einen Menschen sehen will?",
  "a challenge: publishing pauses": "eine Sicherheitsabfrage: Veröffentlichen pausiert",
  "Next: {}": "Als Nächstes: {}",
  "Next: {}. Call it off": "Als Nächstes: {}. Absagen",
  "No caption": "Ohne Text",
  "{} by {}": "{} von {}",
  "Open the story of {}": "Story von {} öffnen",
  "{} has no story": "{} hat keine Story",
  "Story of {}": "Story von {}",
  "Now on the profile: {}": "Jetzt auf dem Profil: {}",
  photo: "Foto",
  video: "Video",
  carousel: "Karussell",
  post: "Beitrag",
  posts: "Beiträge",
  reel: "Reel",
  reels: "Reels",
  Story: "Story",
  story: "Story",
  stories: "Storys",
  "The sandbox does not answer. Is it still running?": "Die Sandbox antwortet nicht. Läuft sie noch?",
  "The sandbox does not answer. Start it again with make demo; chat and profile are kept.":
    "Die Sandbox antwortet nicht. Starte sie mit make demo neu; Chat und Profil bleiben erhalten.",
  "That button is gone.": "Diese Taste gibt es nicht mehr.",
  "That is too long.": "Das ist zu lang.",
  "That message is gone.": "Diese Nachricht gibt es nicht mehr.",
};

const isGerman = /^de\b/i.test(navigator.language);
export const LOCALE = isGerman ? "de" : "en";
const ATTRIBUTES = ["aria-label", "title", "placeholder"];

/** In the language of whoever sits here; each `{}` stands for the next value. */
export function t(words, ...values) {
  const said = (isGerman && GERMAN[words]) || words;
  return values.reduce((text, value) => text.replace("{}", () => value), said);
}

/** The words that stand in index.html. */
export function translatePage() {
  document.documentElement.lang = LOCALE;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/\S(.*\S)?/s, (words) => t(words));
  for (const name of ATTRIBUTES) {
    for (const element of document.querySelectorAll(`[${name}]`)) element.setAttribute(name, t(element.getAttribute(name)));
  }
}
