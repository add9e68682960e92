# German

## Getting in

stranger = Hallo! Dieser Bot ist privat. Deine Telegram-Nummer ist <code>{ $id }</code>: Schick sie der Person, die diesen Bot betreibt, und bitte darum, dich freizuschalten.
stranger_tap = Dieser Bot ist privat.
start =
    Hallo { $name }! Ich stelle deine Bilder und Clips auf Instagram ({ $account }), zu der Minute, die du aussuchst.

    Schick mir ein <b>Foto</b>, ein <b>Video</b> oder ein <b>Album</b>, und es geht los.
    /list zeigt, was geplant ist, /help erklärt mehr.
help =
    <b>Ein neuer Post</b>: Schick ein Foto, ein Video oder ein Album und beantworte fünf Fragen: Art, Text, Hashtags, Zeit und ein letzter Blick; eine Story hat weder Text noch Hashtags. Jeden Knopf kannst du auch tippen. Der Text erscheint, wie du ihn schreibst. Als <i>Datei</i> geschickt, behält ein Bild seine volle Qualität.

    <b>Zeiten</b>, die du tippen kannst: <code>18:30</code>, <code>morgen 9 Uhr</code>, <code>fr 18:30</code>, <code>24.12. 18:00</code>, <code>Heiligabend 18 Uhr</code>, <code>heute Abend</code>, <code>in 2 Stunden</code>, <code>30 min</code>, <code>jetzt</code>. Lässt sich etwas verschieden lesen, frage ich nach. Sie gelten in { $zone }; /timezone ändert das.
help_admin =
    { "" }

    Das ist der <b>Admin-Chat</b>: Er sieht die Posts aller und hört von jedem Fehlschlag.
help_list = /list – alles, was geplant ist
help_delete = /delete 12 – Post 12 und seine Medien löschen
help_cancel = /cancel – den Post verwerfen, der gerade entsteht
help_timezone = /timezone Wien – die Zeitzone, die du meinst: eine Stadt, ein Land oder UTC+1
help_help = /help – dieser Text
help_resume = /resume – nach einer Pause wieder veröffentlichen
command_list = Was geplant ist
command_delete = Einen Post löschen: /delete 12
command_cancel = Den entstehenden Post verwerfen
command_timezone = Die Zeitzone, die du meinst
command_help = Wie das hier geht
nothing_to_cancel = Es gibt nichts abzubrechen. Schick ein Foto, ein Video oder ein Album, um zu beginnen; /delete entfernt geplante Posts.
send_media = Schick mir ein Foto, ein Video oder ein Album, und es geht los. /help erklärt mehr.
unknown_command = Diesen Befehl kenne ich nicht. /help nennt die, die ich kenne.
unsupported = Dafür hat Instagram keinen Platz ({ $kind }). Schick ein Foto, ein Video oder ein Album, als Bild oder als Datei.
kind_audio = Musik
kind_contact = Kontakt
kind_dice = Würfel
kind_game = Spiel
kind_location = Standort
kind_poll = Umfrage
kind_sticker = Sticker
kind_venue = Ort
kind_video_note = Videonachricht
kind_voice = Sprachnachricht
kind_checklist = Checkliste
kind_giveaway = Verlosung
kind_giveaway_winners = Gewinner einer Verlosung
kind_invoice = Rechnung
kind_paid_media = kostenpflichtige Medien
kind_passport_data = Passdaten
kind_story = Story
kind_successful_payment = Zahlung
kind_unknown = etwas, das mir neu ist
unsupported_story = Storys gibt Telegram nicht an Bots weiter, nur die Nachricht, dass da eine ist. Speichere das Bild oder den Clip ({ $kind }) auf deinem Handy und schick es mir als Foto, Video oder Datei.
unsupported_paid_media = Was einen Preis hat ({ $kind }), gibt Telegram auch an Bots nicht weiter. Schick es mir ohne Preis als Foto, Video oder Datei.
edited = Änderungen an früheren Nachrichten folge ich nicht. Beantworte die offene Frage noch einmal oder schick, was du ändern möchtest.
went_wrong = Bei mir ist etwas schiefgegangen, und der Admin weiß davon. Nichts von deinen Eingaben ist verloren: Bitte versuch das noch einmal.
alert_error = ⚠️ Ein Fehler im Bot selbst: <code>{ $error_class }</code>. Im Protokoll steht mehr.

## Media

ask_media = Schick mir das neue Foto, Video oder Album. Deine anderen Antworten bleiben bestehen.
media_first = Zuerst brauche ich Medien: Schick mir ein Foto, ein Video oder ein Album. Oder /cancel.
download_failed = Ich konnte diese Datei nicht von Telegram holen. Bitte schick sie gleich noch einmal.
storing_failed = Ich konnte diese Datei nicht speichern. Bitte schick sie gleich noch einmal.
downloading =
    ⬇️ Ich hole { $size } MB von Telegram.
    { $bar }
download_stopped = ⬇️ Angehalten. Nichts wurde übernommen; was du eingegeben hattest, bleibt.
send_as_file = 💡 Telegram komprimiert Fotos. Um sie in voller Qualität zu veröffentlichen, schick sie als <b>Datei</b>: Tipp auf die Büroklammer, wähl <i>Datei</i>, dann das Bild. (Das sage ich nur einmal.)
quota_exceeded = Diese Datei hat { $size } MB. Deine Posts belegen schon { $held } MB von den { $quota } MB, die einer Person zustehen. Lösch einige mit /list, oder warte: Eine Woche nach dem Veröffentlichen machen die Medien eines Posts Platz.
too_large_for_telegram = Diese Datei hat { $size } MB, und ich kann höchstens { $limit } MB von Telegram holen. Schick sie kleiner (kürzer oder nicht als Datei); oder die Person, die diesen Bot betreibt, richtet einen eigenen Bot-API-Server ein, der die Grenze aufhebt.
of_items = Nummer { $items }:
too_many_items = Instagram nimmt höchstens { $limit } Bilder und Videos in einem Post. Den Rest habe ich weggelassen.
refused_empty = Diese Datei ist leer. Bitte schick sie noch einmal.
refused_unknown_format = Diese Datei ist kein Bild oder Clip, den ich lesen kann: Es scheint { $format } zu sein. Schick ein Bild als JPEG, PNG, WEBP, HEIC oder AVIF oder ein Video als MP4, MOV oder GIF; als Foto oder Video statt als Datei geschickt, wandelt Telegram das meiste von selbst um.
looks_unknown = etwas, das ich nicht kenne,
looks_like_file = eine { $name }-Datei
looks_text = ein Text
looks_playlist = eine Wiedergabeliste
refused_truncated = Dieses Bild ist unvollständig oder beschädigt: Ich kann es nicht ganz lesen. Bitte schick es noch einmal.
refused_too_many_pixels = Das hat { $megapixels } Megapixel, und ich nehme höchstens { $limit }. Schick es kleiner, oder als Foto statt als Datei.
refused_too_small = Dieses Bild hat { $width } × { $height } Pixel, und ich brauche mindestens { $limit } auf jeder Seite. Schick ein größeres; ist deines größer, schick es als Datei, denn Telegram verkleinert Fotos.
refused_animated = Bewegte Bilder dieser Art zeigt Instagram nicht. Schick ein GIF oder ein MP4.
refused_broken_video = Dieses Video ist unvollständig oder beschädigt: Ich kann es nicht abspielen. Bitte schick es noch einmal.
refused_broken_gif = Dieses GIF ist unvollständig oder beschädigt: Ich kann es nicht abspielen. Bitte schick es noch einmal.
refused_no_video_track = Diese Datei hat nur Ton, kein Bild. Schick ein Video mit Bild.
refused_unsupported_codec = Dieser Clip ist als { $codec } kodiert, und Instagram braucht H.264 mit AAC. Schick ihn als Video statt als Datei: Dann wandelt Telegram ihn um.
refused_too_long = Dieser Clip dauert { $seconds }, und Instagram nimmt dort höchstens { $limit }. Bitte kürze ihn.
refused_too_short = Dieser Clip dauert { $seconds }, und Instagram braucht mindestens { $limit }. Bitte schick einen längeren.
refused_too_heavy = Diese Datei macht mehr Arbeit, als eine einzelne darf (nach { $limit } wurde abgebrochen). Schick sie kürzer, kleiner oder als Foto oder Video statt als Datei.
refused_needs_one_photo = Das braucht genau ein Foto.
refused_needs_one_video = Das braucht genau ein Video.
refused_needs_video_or_photos = Das braucht ein Video oder { $least } bis { $most } Fotos.
refused_needs_one_item = Das braucht genau ein Foto oder Video.
refused_needs_several_items = Das braucht { $least } bis { $most } Fotos oder Videos.

## Questions

joined = Kommt zu dem Post, der gerade entsteht. Für einen anderen mach diesen erst fertig, oder /cancel verwirft ihn.
joined_under_another_caption = Kommt zu dem Post, der gerade entsteht; dessen Text bleibt, wie er war. Für einen anderen mach diesen erst fertig, oder /cancel verwirft ihn.
ask_type = Ich habe { $media }. <b>Was soll daraus werden?</b>
type_not_understood = Das habe ich nicht verstanden. Daraus kann werden: { $types }.
type_does_not_fit = Das geht mit diesen Medien nicht. { $why }
ask_fit = <b>Die Form passt nicht.</b> Das Bild zeigt, was Instagram als { $type } daraus machen würde: zugeschnitten, oder ganz auf einem Hintergrund. Die Pfeile verschieben den Ausschnitt.
fit_not_understood = Das habe ich nicht verstanden. Antworte <code>zuschneiden</code>, <code>unscharf</code>, <code>weiß</code> oder <code>schwarz</code>; <code>links</code>, <code>rechts</code>, <code>oben</code> und <code>unten</code> verschieben den Ausschnitt.
ask_trim = <b>Welcher Teil?</b> Als { $type } nimmt Instagram { $limit }, und dieser Clip hat { $length }. Tipp auf einen Knopf oder schreib, wo es beginnen soll, von <code>0:00</code> bis <code>{ $latest }</code>.
trim_not_understood = Das habe ich nicht verstanden. Antworte <code>Anfang</code>, <code>Ende</code>, oder schreib, wo es beginnen soll, von <code>0:00</code> bis <code>{ $latest }</code>; von dort an werden { $limit } genommen.
trim_too_late = Von dort an bleiben weniger als { $limit }. Beginn bei <code>{ $latest }</code> oder früher, oder antworte <code>Ende</code>.
ask_cover = <b>Welches Titelbild?</b> Tipp oder schreib die Nummer eines Bildes (1 bis { $count }), lass mich wählen, oder schick ein eigenes Foto.
cover_not_understood = Das habe ich nicht verstanden. Schreib eine Nummer von 1 bis { $count }, <code>automatisch</code>, oder schick ein Foto.
cover_is_no_photo = Ein Titelbild ist ein Foto. Schick eines, oder tipp auf ein Bild des Videos.
cover_takes_one = Ein Titelbild ist ein einziges Foto: Weitere, und was du dazu geschrieben hast, werden nicht verwendet.
ask_caption = <b>Welcher Text?</b> Schreib bis zu { $limit } Zeichen. Er erscheint so, wie du ihn schreibst, samt Hashtags.
caption_offered =
    Ich habe diesen:
    <blockquote>{ $caption }</blockquote>
story_shows_no_text = Instagram zeigt bei einer Story weder Text noch Hashtags, darum erscheint sie ohne.
caption_came_over_limit = Es kam ein Text mit, aber so kann ich ihn nicht verwenden.
caption_too_long = Das sind { $length } Zeichen, und Instagram nimmt samt Hashtags höchstens { $limit }: Kürze um { $over }. (Emoji zählen doppelt.) Was zu viel ist, beginnt mit: „{ $rest }“
caption_too_many_hashtags = Das sind { $count } Hashtags, und Instagram nimmt samt denen im Text höchstens { $limit }: Lass { $over } weg, zum Beispiel { $rest }
caption_too_many_mentions = Das sind { $count } @Namen, und Instagram nimmt in einem Text höchstens { $limit }: Lass { $over } weg, zum Beispiel { $rest }
caption_doubtful = Soll „{ $said }“ der Text sein? Dann tipp unten darauf oder schreib <code>{ $literal }</code>. Wenn nicht, tipp auf einen anderen Knopf, oder schreib den Text.
caption_literal = Text: { $said }
caption_text_was_split = Das war der Rest deiner langen Nachricht, darum habe ich ihn nicht verwendet. Schick ihn noch einmal, wenn er für sich gemeint war.
ask_hashtags = <b>Welche Hashtags?</b> Bis zu { $limit }, mit oder ohne #, oder keine.
ask_hashtags_full = <b>Welche Hashtags?</b> Keine: Im Text stehen schon so viele, wie Instagram nimmt. Für andere geh zurück und ändere den Text.
hashtags_in_caption = Die im Text bleiben dort: { $hashtags }
hashtags_offered = Ich habe diese: { $hashtags }
hashtags_missing = Darin habe ich keinen Hashtag gefunden. Schreib welche, etwa <code>#hafen #abend</code>, oder tipp auf einen Knopf.
hashtags_doubtful = Sollen aus „{ $said }“ Hashtags werden? Dann tipp unten darauf oder schreib <code>{ $literal }</code>. Wenn nicht, tipp auf einen anderen Knopf, oder schreib die Hashtags.
caption_bad_hashtag = „{ $hashtag }“ kann kein Hashtag sein: Sie bestehen aus Buchstaben, Ziffern, Emoji und _, und nicht nur aus Ziffern. Bitte schick die Liste noch einmal.
ask_time = <b>Wann?</b> Tipp auf einen Knopf oder schreib eine Zeit wie <code>18:30</code>, <code>morgen 9 Uhr</code>, <code>fr 18:30</code>, <code>24.12. 18:00</code>, <code>heute Abend</code> oder <code>in 2 Stunden</code> ({ $zone }).
ask_hour = <b>Um wie viel Uhr am { $day }?</b> Tipp auf einen Knopf oder schreib eine Uhrzeit wie <code>18:30</code> ({ $zone }), oder einen anderen Tag.
time_not_understood = Diese Zeit habe ich nicht verstanden. Schreib zum Beispiel <code>18:30</code>, <code>morgen 9 Uhr</code>, <code>24.12. 18:00</code> oder <code>in 2 Stunden</code>.
time_unknown_words = { $words } habe ich nicht verstanden. Schreib eine Zeit wie <code>18:30</code>, <code>morgen 9 Uhr</code>, <code>24.12. 18:00</code> oder <code>in 2 Stunden</code>.
time_contradictory = Das passt nicht zusammen: Es nennt verschiedene Tage oder Uhrzeiten, oder einen Wochentag, auf den das Datum nicht fällt. Bitte schreib einen Tag und eine Uhrzeit.
time_slip = { $words } kenne ich nicht. <b>Meinst du das hier?</b>
time_did_you_mean = Ich frage lieber nach, als zu raten. <b>Meinst du das hier?</b>
quoted = „{ $words }“
time_several_ways = Das lässt sich verschieden lesen. <b>Was davon meinst du?</b>
time_in_the_past = Diese Zeit ({ $zone }) ist schon vorbei. Wähl eine spätere, oder <code>jetzt</code>.
time_no_such_date = Diesen Tag gibt es im Kalender nicht. Welchen meinst du?
time_no_such_time = Diese Uhrzeit gibt es nicht: Sie geht von 0:00 bis 23:59.
time_time_missing = <b>Welchen Tag meinst du?</b> Nach der Uhrzeit frage ich danach.
time_too_far = Das ist zu weit voraus: Ich plane keinen Post mehr als ein Jahr im Voraus. Die späteste Zeit, die ich nehme, ist { $latest }. Bitte wähl eine frühere.
time_skipped_by_dst = Diese Zeit gibt es in { $zone } nicht: In dieser Nacht wird die Uhr vorgestellt. Wähl eine andere.
time_ambiguous_dst = Diese Zeit gibt es in { $zone } zweimal: In dieser Nacht wird die Uhr zurückgestellt. Welche meinst du?
time_has_passed = Die Zeit dieses Posts ist inzwischen vorbei. Bitte schreib eine andere.
ask_confirm = <b>So wird es veröffentlicht.</b> Soll ich es einplanen?
confirm_not_understood = Bitte antworte <code>ja</code> zum Einplanen, <code>abbrechen</code> zum Verwerfen, schreib eine andere Zeit wie <code>18:30</code>, oder sag, was sich ändern soll: <code>Art</code>, <code>Text</code>, <code>Hashtags</code>, <code>Zeit</code>, <code>Medien</code> oder, wo ein Knopf es anbietet, <code>Rahmen</code>, <code>Länge</code> oder <code>Titelbild</code>.
preparing_waits = 🎞 Deine Medien warten darauf, umgewandelt zu werden. Du kannst einfach weiter antworten.
preparing =
    🎞 Ich wandle um. Du kannst inzwischen einfach weiter antworten.
    { $bar }
prepared = 🎞 Umgewandelt.
preparing_stopped = 🎞 Angehalten. Deine Medien und deine anderen Antworten bleiben.
preparing_not_stored = Ich konnte deine Medien nicht von meiner Platte lesen oder nicht speichern, was daraus wurde. Der Admin weiß davon; versuch es etwas später noch einmal, oder schick sie noch einmal. Deine Antworten bleiben.
preparing_failed = Ich konnte das nicht fertigstellen, und das liegt an mir. Der Admin weiß davon. Deine Antworten bleiben: Versuch eine andere Art oder andere Medien.
still_preparing = Deine Medien werden noch umgewandelt. Sobald sie fertig sind, zeige ich sie dir hier, und du kannst den Post einplanen.
note_framed = ✂️ In die Form gebracht, die du gewählt hast.
note_trimmed = ✂️ Auf den Teil gekürzt, den du gewählt hast.
note_lengthened = ⏱ Auf die 3 Sekunden verlängert, die Instagram braucht.
note_turned = ↩️ Richtig herum gedreht.
note_converted = 🔄 In das Format umgewandelt, das Instagram nimmt.
note_hdr = 🌗 Die HDR-Helligkeit auf das gebracht, was Instagram zeigt.
note_colours = 🎨 Farben in sRGB umgewandelt.
note_flattened = ⬜ Durchsichtige Stellen wurden weiß.
note_frame_rate = 🎞 Die Bildrate auf eine geändert, die Instagram nimmt.
note_sound = 🔊 Den Ton in AAC umgewandelt.
note_silenced = 🔇 Der Ton war nicht zu lesen, darum ist es stumm.
note_location = 📍 Der Aufnahmeort wurde aus der Datei entfernt.
note_small = 🔍 Es hat wenige Pixel: Instagram wird es etwas weich zeigen.
cancelled = Verworfen. Schick ein Foto, ein Video oder ein Album, um neu zu beginnen.
stale_button = Dieser Knopf hat seinen Dienst getan.

## Buttons

button_back = ‹ Zurück
button_cancel = Abbrechen
button_no_caption = Kein Text
button_keep_caption = Diesen nehmen
button_no_hashtags = Keine Hashtags
button_keep_hashtags = Diese nehmen
button_now = Jetzt
button_keep_time = Wie bisher: { $time }
button_schedule = Einplanen
button_change_type = Art ändern
button_change_caption = Text ändern
button_change_hashtags = Hashtags
button_change_time = Zeit
button_change_media = Medien
button_fit_crop = Zuschneiden
button_fit_blur = Unscharfer Grund
button_fit_white = Weiß
button_fit_black = Schwarz
button_shift_left = ◀ Links
button_shift_right = Rechts ▶
button_shift_up = ▲ Hoch
button_shift_down = ▼ Runter
button_trim_first = Die ersten { $limit }
button_trim_last = Die letzten { $limit }
button_cover_automatic = Wähl du
button_change_fit = Rahmen
button_change_trim = Länge
button_change_cover = Titelbild
button_stop_preparing = Umwandeln anhalten
button_stop_download = Download anhalten
button_delete = Löschen
button_delete_row = { $id } löschen
button_delete_for_sure = Ja, löschen
button_keep_post = Behalten
button_try_again = Noch einmal versuchen
button_is_live = Er ist da
button_publish_again = Noch einmal veröffentlichen
button_drop = Verwerfen
button_publish_late = Veröffentlichen
button_drop_late = Löschen
button_publish_held = Wie geplant veröffentlichen
button_drop_held = Alle löschen
button_resume = Weiter veröffentlichen

## Posts

type_photo = Foto
type_video = Video
type_reel = Reel
type_story = Story
type_carousel = Karussell
count_photo = { $count ->
        [one] { $count } Foto
       *[other] { $count } Fotos
    }
count_video = { $count ->
        [one] { $count } Video
       *[other] { $count } Videos
    }
no_caption = keiner
no_hashtags = keine
no_further_hashtags = die im Text
right_away = sofort
summary_type = <b>Art</b>: { $type }
summary_time = <b>Zeit</b>: { $time }
summary_caption = <b>Text</b>: { $caption }
summary_hashtags = <b>Hashtags</b>: { $hashtags }
card =
    🗓 <b>Post { $id }</b> · { $type }
    { $time }{ $excerpt }
card_state =
    { "" }
    ➜ { $state }
list_head = <b>Geplant: { $count }</b>
list_empty = Nichts ist geplant. Schick ein Foto, ein Video oder ein Album, um zu beginnen.
list_row =
    <b>{ $id }</b> · { $type } · { $state }
    { $time }{ $excerpt }
state_pending = geplant
state_retrying = neuer Versuch (Fehlschläge bisher: { $count })
state_held = zurückgehalten, bis der Admin entscheidet
state_claimed = wird hochgeladen
state_sending = wird veröffentlicht
state_handed_over = liegt bei dir
state_uploaded = veröffentlicht
state_unconfirmed = unbestätigt
state_failed = gescheitert
state_deleted = gelöscht
paused_until = ⏸ Das Veröffentlichen pausiert bis { $time }.
paused_until_resumed = ⏸ Das Veröffentlichen pausiert, bis der Admin es fortsetzt.
delete_usage = Welchen? Schreib seine Nummer, etwa <code>/delete 12</code>. /list zeigt die Nummern.
ask_delete = <b>Post { $id } und seine Medien löschen?</b> Tipp auf einen Knopf oder schreib <code>/delete { $id } ja</code>.
deleted = Post { $id } ist gelöscht, und seine Medien mit ihm.
deleted_in_doubt = Bestätigt war er nie: Falls er auf Instagram ist, bleibt er dort, bis du ihn mit der Instagram-App entfernst.
kept = Post { $id } bleibt, wie er ist.
no_such_post = Du hast keinen Post { $id }. /list zeigt die, die du hast.
too_late_held = Post { $id } wird zurückgehalten: Wer ihn geplant hat, steht nicht mehr in ALLOWED_USER_IDS. Der Admin entscheidet.
too_late_claimed = Zu spät: Post { $id } wird gerade veröffentlicht. Das Ergebnis folgt.
too_late_handed_over = Post { $id } liegt bei dir: Sag mir, ob du ihn gepostet hast.
too_late_sending = Zu spät: Post { $id } wird gerade veröffentlicht. Das Ergebnis folgt.
too_late_uploaded = Post { $id } ist schon auf Instagram. Dort entfernst du ihn mit der Instagram-App.
too_late_pending = Post { $id } ist schon wieder eingeplant.
too_late_failed = Post { $id } ist inzwischen gescheitert. /list zeigt ihn.
too_late_unconfirmed = Post { $id } ist noch nicht bestätigt. /list zeigt ihn.
too_late_draft = Post { $id } entsteht noch: Stell ihn fertig, oder /cancel verwirft ihn.
too_late_draft_of_another = Post { $id } entsteht noch. Nur wer ihn gerade macht, kann ihn verwerfen, mit /cancel.
several_posts = Damit könnten mehrere Posts gemeint sein: { $numbers }. Tipp auf den Knopf unter dem richtigen, oder antworte auf diese Nachricht.
no_such_question = Gerade wartet kein Post auf diese Antwort. /list zeigt, was geplant ist.
late_published = Ich veröffentliche sie, sobald ich kann: { $count }.
late_dropped = Gelöscht, mit ihren Medien: { $count }.
held_published = Wieder eingeplant: { $count }. Was schon erschienen sein sollte, kommt, sobald ich kann.
held_settled = Von dieser Person wird kein Post mehr zurückgehalten.
trying_again = Post { $id } wird gleich noch einmal versucht.
confirmed_live = Gut. Post { $id } gilt als veröffentlicht.
admin_only = Das kann nur der Admin-Chat.
resumed = ▶️ Das Veröffentlichen geht weiter.
which_to_resume = Mehrere Konten pausieren. Für welches soll es weitergehen?
not_paused = Das Veröffentlichen pausiert nicht.
timezone_is = Deine Zeiten gelten in <b>{ $zone }</b>, dort ist es { $time }. Um das zu ändern, schreib zum Beispiel <code>/timezone Wien</code>.
timezone_chosen = Ab jetzt gelten deine Zeiten in <b>{ $zone }</b>, dort ist es { $time }. Schon geplante Posts bleiben bei ihrem Zeitpunkt.
timezone_unknown = Ich kenne keine Zeitzone „{ $zone }“. Schreib eine große Stadt in deiner Nähe, dein Land oder den Abstand zu UTC: <code>/timezone Wien</code>, <code>/timezone Österreich</code>, <code>/timezone UTC+1</code>.
timezone_did_you_mean = Meinst du eine von diesen? Zum Kopieren antippen, dann schicken:
timezone_several = „{ $zone }“ kann mehrere meinen. Welche? Zum Kopieren antippen, dann schicken:
timezone_is_fixed = Diese Zone hat keine Sommerzeit; wenn deine eine hat, nenne lieber eine Stadt, etwa <code>/timezone Berlin</code>.

## Results

result_published =
    ✅ <b>Post { $id }</b> ({ $type }) ist auf Instagram.
    { $link }
result_retrying = ⏳ <b>Post { $id }</b> ist noch nicht online. { $reason } In { $wait } versuche ich es wieder und sage dir, wie es ausgeht.
result_failed = ❌ <b>Post { $id }</b> konnte nicht veröffentlicht werden. { $reason }
result_unconfirmed = ❓ <b>Post { $id }</b>: Ich konnte es noch nicht bestätigen. { $reason } In ein paar Minuten sehe ich wieder auf Instagram nach und sage dir, was ich finde. Wenn du es schon weißt, sag es mir.
result_unconfirmed_paused = ❓ <b>Post { $id }</b>: Ich konnte ihn nicht bestätigen und kann gerade nicht auf Instagram nachsehen, denn das Veröffentlichen pausiert. { $reason } Sobald es weitergeht, sehe ich nach und sage dir, was ich finde. Wenn du es schon weißt, sag es mir.
result_asked = ❓ <b>Post { $id }</b>: Ich finde nicht heraus, ob er auf Instagram ist. { $reason } Bitte sieh nach: Ist er da? Ich tue nichts, bis du es sagst.{ $links }{ $excerpt }
asked_links =
    { "" }
    Einer von diesen könnte es sein:
    { $links }
result_not_yet = ⏳ <b>Post { $id }</b> ist fällig und wartet. { $reason } Sobald das vorbei ist, wird der Post veröffentlicht; du musst nichts noch einmal schicken.
result_deleted_by_admin = 🗑 <b>Post { $id }</b> ({ $type }): Der Admin hat ihn gelöscht, und seine Medien mit ihm.
result_rehearsal = 🔔 <b>Post { $id }</b> steht etwas im Weg. { $reason }
result_hand_over = ✋ <b>Post { $id }</b> ist dran: Bitte poste ihn selbst.{ $excerpt }
result_hand_over_reminder = ✋ Hast du <b>Post { $id }</b> gepostet?{ $excerpt }
result_waiting = { $count ->
        [one] ⏸ <b>Post { $id }</b> wartet: Er ist fällig, aber das Veröffentlichen pausiert. { $reason } Der Admin weiß davon; sobald es weitergeht, wird der Post veröffentlicht. /list sagt, bis wann die Pause dauert.
       *[other] ⏸ <b>{ $count } deiner Posts</b>, als erster Post { $id }, warten: Sie sind fällig, aber das Veröffentlichen pausiert. { $reason } Der Admin weiß davon; sobald es weitergeht, werden sie veröffentlicht. /list sagt, bis wann die Pause dauert.
    }
result_late = { $count ->
        [one] ⏰ <b>Post { $id }</b> war fällig, als ich nichts veröffentlichen konnte, und das ist Stunden her. Soll ich ihn trotzdem veröffentlichen, sobald ich kann?
       *[other] ⏰ <b>{ $count } deiner Posts</b>, als erster Post { $id }, waren fällig, als ich nichts veröffentlichen konnte, und das ist Stunden her. Soll ich sie trotzdem veröffentlichen, sobald ich kann?
    }
alert_retrying = ⏳ Post { $id } ist vorerst gescheitert: <code>{ $error_class }</code>. { $reason } Nächster Versuch in { $wait }.{ $excerpt }
alert_failed = ❌ Post { $id } ist gescheitert: <code>{ $error_class }</code>. { $reason }{ $excerpt }
alert_unconfirmed = ❓ Post { $id } ist unbestätigt: <code>{ $error_class }</code>. { $reason } Ich suche ihn auf Instagram.{ $excerpt }
alert_asked = ❓ Post { $id } bleibt unbestätigt: <code>{ $error_class }</code>. { $reason } Sein Besitzer wird gefragt.{ $excerpt }
alert_account_paused = ⏸ Das Veröffentlichen für <b>{ $account }</b> pausiert { $wait } lang: <code>{ $error_class }</code>. { $reason } Geplante Posts warten.
alert_paused_for_good = ⏸ Das Veröffentlichen für <b>{ $account }</b> pausiert: <code>{ $error_class }</code>. { $reason } Geplante Posts warten, bis du auf den Knopf tippst oder /resume schreibst.

## Why it went wrong

reason_network = Instagram war nicht erreichbar.
reason_instagram_down = Instagram hat gerade selbst eine Störung.
reason_transcoding = Instagram verarbeitet das Video noch.
reason_rate_limited = Instagram bittet zu warten: zu viel in zu kurzer Zeit.
reason_feedback_required = Instagram hat das Konto eine Weile eingeschränkt.
reason_login_required = Instagram nimmt die Anmeldung nicht an.
reason_bad_password = Instagram weist das Passwort zurück.
reason_two_factor = Instagram verlangt einen Zwei-Faktor-Code.
reason_challenge = Instagram will wissen, ob es wirklich der Inhaber des Kontos ist.
reason_suspended = Instagram hat das Konto gesperrt.
reason_proxy_blocked = Instagram weist diese Adresse ab, oder der Kontoname ist falsch.
reason_upgrade_needed = Instagram verlangt einen neueren Client.
reason_aspect_ratio = Instagram lehnt das Seitenverhältnis des Bildes ab.
reason_caption_refused = Instagram lehnt den Text oder seine Hashtags ab.
reason_media_refused = Instagram konnte das Bild oder den Clip nicht verarbeiten.
reason_media_missing = Eine Mediendatei ist verschwunden. Bitte schick sie noch einmal als neuen Post.
reason_media_damaged = Eine Mediendatei ist beschädigt. Bitte schick sie noch einmal als neuen Post.
reason_media_away = Der Ordner mit den Medien ist gerade nicht erreichbar.
reason_own_fault = Bei mir ist etwas schiefgegangen, nicht bei Instagram.
reason_refused = Instagram lehnt den Post ab.
reason_reply_lost = Instagrams Antwort ging verloren, er könnte also schon da sein.
reason_unclear = Aus Instagrams Antwort geht nicht hervor, ob er da ist.
reason_needs_upload = Instagram hat verloren, was ich hochgeladen hatte.
reason_looks_alike = Etwas dort sieht so aus wie er, und nichts beweist, dass es dieser Post ist.
reason_interrupted = Ich wurde beim Veröffentlichen unterbrochen, er könnte also schon da sein.
reason_id_taken = Instagram sagt, dass es ihn schon hat, und doch sehe ich ihn dort nicht.
reason_vanished = Instagram hat ihn angenommen, und doch sehe ich ihn dort nicht.
reason_collision = Ein anderer Post ist für dieselbe Minute geplant: Einer der beiden erscheint etwas später.
reason_paused = Das Veröffentlichen pausiert, und der Post wartet, bis es weitergeht. Der Admin weiß, warum.
reason_not_posted = Du hast ihn nicht gepostet.
reason_late = Er war fällig, als ich nichts veröffentlichen konnte, und das ist Stunden her.
reason_unknown = Instagram hat etwas geantwortet, das ich nicht kenne.

## What the admin can do about it

remedy_feedback_required = Öffne die Instagram-App und sieh nach, ob sie etwas von dir will.
remedy_login_required = Öffne die Instagram-App, bestätige, dass du es warst, und prüfe Name und Passwort in den Einstellungen.
remedy_bad_password = Prüfe INSTAGRAM_USERNAME und INSTAGRAM_PASSWORD in den Einstellungen und starte den Bot neu.
remedy_two_factor = Trag den Schlüssel der Authenticator-App als INSTAGRAM_TOTP_SECRET ein und starte den Bot neu.
remedy_challenge = Öffne die Instagram-App und bestätige es dort.
remedy_suspended = Die Instagram-App sagt mehr dazu.
remedy_proxy_blocked = Prüfe INSTAGRAM_USERNAME oder nimm einen anderen Proxy.
remedy_upgrade_needed = Postbote muss aktualisiert werden.

## The bot's own troubles

alert_media_away = ⚠️ Der Medienordner ist nicht erreichbar: Ist er eingehängt? Fällige Posts warten auf ihn und erscheinen, sobald er wieder da ist.
alert_clock_database_ahead = 🕰 Die Uhr der Datenbank geht gegenüber der von Instagram { $wait } vor. Nach ihr sind Posts fällig, sie erscheinen also entsprechend zu früh. Stell die Uhr des Rechners, auf dem die Datenbank läuft, zum Beispiel mit <code>timedatectl set-ntp true</code>.
alert_clock_database_behind = 🕰 Die Uhr der Datenbank geht gegenüber der von Instagram { $wait } nach. Nach ihr sind Posts fällig, sie erscheinen also entsprechend zu spät. Stell die Uhr des Rechners, auf dem die Datenbank läuft, zum Beispiel mit <code>timedatectl set-ntp true</code>.
alert_clock_machine_ahead = 🕰 Die Uhr von <code>{ $host }</code> geht gegenüber der Datenbank { $wait } vor. Posts sind nach der Uhr der Datenbank fällig, aber Angaben wie „in 2 Stunden“ werden nach dieser gerechnet. Stell sie, zum Beispiel mit <code>timedatectl set-ntp true</code>.
alert_clock_machine_behind = 🕰 Die Uhr von <code>{ $host }</code> geht gegenüber der Datenbank { $wait } nach. Posts sind nach der Uhr der Datenbank fällig, aber Angaben wie „in 2 Stunden“ werden nach dieser gerechnet. Stell sie, zum Beispiel mit <code>timedatectl set-ntp true</code>.
alert_clock_is_right = 🕰 Die Uhr, die falsch ging, geht wieder richtig.
alert_blocked = 🔇 Wem Post { $id } gehört, nimmt keine Nachrichten von mir an: <code>{ $reason }</code>. Was zu sagen ist, wird aufgehoben, bis es wieder geht.
alert_undeliverable = 🔇 Telegram hat meine Nachricht zu Post { $id } abgelehnt: <code>{ $reason }</code>. /list kennt seinen Stand.
alert_dead_letter = ⚠️ Eine Nachricht ließ sich nicht bearbeiten, so oft ich es versucht habe: <code>{ $error_class }</code>. Sie liegt beiseite, Näheres steht im Protokoll. { $told }
dead_letter_told = Wer sie geschickt hat, weiß Bescheid.
dead_letter_untold = Wer sie geschickt hat, ließ sich nicht benachrichtigen.
alert_orphaned = ⚠️ Für <b>{ $reason }</b> sind Posts geplant, aber INSTAGRAM_USERNAME nennt jetzt ein anderes Konto; niemand wird sie veröffentlichen. Nenne wieder jenes Konto oder lösche sie: /list zeigt sie.
alert_admin_chat_moved = ⚠️ Diese Gruppe ist eine Supergruppe geworden und hat eine andere Nummer. Bis <code>ADMIN_CHAT_ID={ $reason }</code> in den Einstellungen steht und der Bot neu gestartet ist, hörst du hier von Fehlschlägen, aber Anweisungen des Admins nehme ich keine an.
alert_database_was_away = ⚠️ Die Datenbank hat { $wait } lang nicht geantwortet. Nachrichten haben bei Telegram gewartet; alles geht weiter.
alert_second_poller = ⚠️ Ein anderer Prozess holt mit demselben Token die Nachrichten dieses Bots ab. Beende einen der beiden; bis dahin kommen Antworten vielleicht verzögert.
alert_held =
    ✋ <b>{ $person }</b> steht nicht mehr in ALLOWED_USER_IDS. Was diese Person geplant hat, halte ich zurück, angefangen mit Post { $id }. Zurückgehaltene Posts: { $count }. Was soll damit geschehen?

    Steht die Nummer wieder in der Liste, erscheinen sie von selbst. /list zeigt sie.
alert_disk_trouble = ⚠️ Eine Datei ließ sich nicht speichern: <code>{ $reason }</code>. Die Person wurde gebeten, sie noch einmal zu schicken; bitte sieh nach der Platte.

## What may be typed instead of tapping: lists, with commas

typed_photo = foto, bild
typed_video = video, clip, film
typed_reel = reel, reels
typed_story = story, stories
typed_carousel = album, karussell
typed_skip = -, ohne, keine, keins, nein, überspringen, weiter
typed_keep = ok, behalten, nehmen, ja, passt
typed_yes = ok, okay, ja, j, planen
typed_back = zurück, zurueck
typed_no = nein
typed_cancel = abbrechen, verwerfen
typed_now = jetzt, sofort
typed_type = typ, art
typed_caption = text, beschriftung, bildtext
typed_hashtags = hashtags, hashtag, tags
typed_crop = zuschneiden, beschneiden, schneiden
typed_blur = unscharf, verschwommen
typed_white = weiß, weiss
typed_black = schwarz
typed_left = links
typed_right = rechts
typed_up = oben, hoch
typed_down = unten, runter
typed_first = anfang, erste
typed_last = ende, letzte, schluss
typed_automatic = auto, automatisch
typed_fit = format, ausschnitt, rahmen
typed_trim = länge, laenge, kürzen, teil
typed_cover = titelbild, vorschaubild
typed_time = zeit, uhrzeit, termin, datum
typed_media = medien
said_fillers = bitte, ändere, ändern, den, die
said_negations = nein, nee, nö, kein, keine, keinen, keins, nicht, nichts, ohne
said_niceties = danke, dir, lieber, ich, will, brauche, dazu, diesmal, text, hashtag, hashtags, tags, bildtext, titel, beschriftung, nötig, hier
said_asides = stopp, hilfe, fertig, später, leer, egal, keine ahnung, weiß nicht, ich weiß nicht, mach weiter, löschen, lösche, liste, senden, was, wie, leer lassen, keiner, lassen, wie vorher, wie bisher, nimm, sieht gut aus, überspring, hä
said_pointers = text, das, den, dies, diesen, dieses, es, mal, ein, eine, als, mir

## How moments are written: patterns of the CLDR

pattern_day = EEE d. MMM
pattern_day_year = EEE d. MMM y
pattern_clock = HH:mm
