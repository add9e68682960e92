# English

## Getting in

stranger = Hello! This bot is private. Your Telegram number is <code>{ $id }</code>: send it to the person who runs this bot and ask to be let in.
stranger_tap = This bot is private.
start =
    Hello { $name }! I put your pictures and clips on Instagram ({ $account }), at the minute you choose.

    Send me a <b>photo</b>, a <b>video</b> or an <b>album</b> to begin.
    /list shows what is planned, /help explains more.
help =
    <b>A new post</b>: send a photo, a video or an album, then answer five questions: type, caption, hashtags, time, and a last look; a story has neither caption nor hashtags. Every button can be typed as well. The caption is published as you write it. Sent as a <i>file</i>, a picture keeps its full quality.

    <b>Times</b> you can type: <code>18:30</code>, <code>tomorrow 9:00</code>, <code>fri 18:30</code>, <code>24 Dec 6pm</code>, <code>christmas eve 6pm</code>, <code>in 2 hours</code>, <code>30 min</code>, <code>now</code>. If one can mean two things, I ask. They are meant in { $zone }; /timezone changes that.
help_admin =
    { "" }

    This is the <b>admin chat</b>: it sees everybody's posts and hears of every failure.
help_list = /list – everything that is planned
help_delete = /delete 12 – delete post 12 and its media
help_cancel = /cancel – throw away the post you are making
help_timezone = /timezone Vienna – the time zone you mean: a city, a country or UTC+1
help_help = /help – this text
help_resume = /resume – publish again after a pause
command_list = What is planned
command_delete = Delete a post: /delete 12
command_cancel = Throw away the post in the making
command_timezone = The time zone you mean
command_help = How this works
nothing_to_cancel = There is nothing to cancel. Send a photo, a video or an album to begin; /delete removes planned posts.
send_media = Send me a photo, a video or an album, and we begin. /help explains more.
unknown_command = I do not know this command. /help lists the ones I know.
unsupported = Instagram has no place for this ({ $kind }). Send a photo, a video or an album, as a picture or as a file.
kind_audio = music
kind_contact = contact
kind_dice = dice
kind_game = game
kind_location = location
kind_poll = poll
kind_sticker = sticker
kind_venue = place
kind_video_note = video message
kind_voice = voice message
kind_checklist = checklist
kind_giveaway = giveaway
kind_giveaway_winners = giveaway winners
kind_invoice = invoice
kind_paid_media = paid media
kind_passport_data = passport data
kind_story = story
kind_successful_payment = payment
kind_unknown = something that is new to me
unsupported_story = Telegram does not hand stories to bots; I only hear that there is one. Save the picture or clip ({ $kind }) to your phone and send it to me as a photo, a video or a file.
unsupported_paid_media = Telegram does not give bots what has a price ({ $kind }). Send it to me as an ordinary photo, video or file.
edited = I do not follow edits to earlier messages. Answer the open question again, or send what you would like to change.
went_wrong = Something went wrong on my side, and the admin knows. Nothing that you have entered is lost: please try that once more.
alert_error = ⚠️ An error in the bot itself: <code>{ $error_class }</code>. The log has the rest.

## Media

ask_media = Send me the new photo, video or album. Your other answers stay.
media_first = First I need media: send me a photo, a video or an album. Or /cancel.
download_failed = I could not fetch that file from Telegram. Please send it again in a moment.
storing_failed = I could not save that file. Please send it again in a moment.
downloading =
    ⬇️ Fetching { $size } MB from Telegram.
    { $bar }
download_stopped = ⬇️ Stopped. Nothing was taken; what you had entered stays.
send_as_file = 💡 Telegram compresses photos. To publish in full quality, send them as a <b>file</b>: tap the paper clip, choose <i>File</i>, then the picture. (I say this only once.)
quota_exceeded = This file is { $size } MB. Your posts already take up { $held } MB of the { $quota } MB that one person may use. Delete some with /list, or wait: a week after a post is published, its media make room.
too_large_for_telegram = This file is { $size } MB, and I can fetch at most { $limit } MB from Telegram. Send it smaller (shorter, or not as a file); or the person who runs this bot sets up a local Bot API server, which lifts the limit.
of_items = { $count ->
        [one] Item { $items }:
       *[other] Items { $items }:
    }
too_many_items = Instagram takes at most { $limit } items in one post. The rest was left out.
refused_empty = This file is empty. Please send it again.
refused_unknown_format = This file is not a picture or clip that I can read: it seems to be { $format }. Send a JPEG, PNG, WEBP, HEIC or AVIF picture, or an MP4, MOV or GIF clip; sent as a photo or video instead of a file, Telegram converts most things by itself.
looks_unknown = something that I do not know
looks_like_file = a file in { $name } format
looks_text = text
looks_playlist = a playlist
refused_truncated = This picture is incomplete or damaged: I cannot read all of it. Please send it again.
refused_too_many_pixels = This has { $megapixels } megapixels, and I take at most { $limit }. Send it smaller, or as a photo instead of a file.
refused_too_small = This picture has { $width } × { $height } pixels, and I need at least { $limit } on each side. Send a larger one; if yours is larger, send it as a file, because Telegram shrinks photos.
refused_animated = Instagram shows no animated pictures of this kind. Send a GIF or an MP4.
refused_broken_video = This video is incomplete or damaged: I cannot play it. Please send it again.
refused_broken_gif = This GIF is incomplete or damaged: I cannot play it. Please send it again.
refused_no_video_track = This file has sound only, no picture. Send a video with a picture.
refused_unsupported_codec = This clip is encoded as { $codec }, and Instagram needs H.264 with AAC. Send it as a video instead of a file: Telegram then converts it.
refused_too_long = This clip is { $seconds } long, and Instagram takes at most { $limit } there. Please cut it.
refused_too_short = This clip is { $seconds } long, and Instagram needs at least { $limit }. Please send a longer one.
refused_too_heavy = This file takes more work than I may give to one file (it was stopped after { $limit }). Send it shorter, smaller, or as a photo or video instead of a file.
refused_needs_one_photo = That takes exactly one photo.
refused_needs_one_video = That takes exactly one video.
refused_needs_video_or_photos = That takes one video, or { $least } to { $most } photos.
refused_needs_one_item = That takes exactly one photo or video.
refused_needs_several_items = That takes { $least } to { $most } photos or videos.

## Questions

joined = Added to the post in the making. For another post, finish or /cancel this one first.
joined_under_another_caption = Added to the post in the making; its caption stays as it was. For another post, finish or /cancel this one first.
ask_type = I have { $media }. <b>What shall it become?</b>
type_not_understood = I did not understand that. It can become: { $types }.
type_does_not_fit = That does not work with this media. { $why }
ask_fit = <b>The shape does not fit.</b> The picture shows what Instagram would make of it ({ $type }): cropped, or whole on a background. The arrows move the crop.
fit_not_understood = I did not understand that. Answer <code>crop</code>, <code>blurred</code>, <code>white</code> or <code>black</code>; <code>left</code>, <code>right</code>, <code>up</code> and <code>down</code> move the crop.
ask_trim = <b>Which part?</b> As { $type } Instagram takes { $limit }, and this clip has { $length }. Tap, or write where it should begin, from <code>0:00</code> to <code>{ $latest }</code>.
trim_not_understood = I did not understand that. Answer <code>first</code>, <code>last</code>, or write where it should begin, from <code>0:00</code> to <code>{ $latest }</code>; { $limit } from there are used.
trim_too_late = From there fewer than { $limit } are left. Begin at <code>{ $latest }</code> or earlier, or answer <code>last</code>.
ask_cover = <b>Which cover?</b> Tap or write the number of a frame (1 to { $count }), let me choose, or send a photo of your own.
cover_not_understood = I did not understand that. Write a number from 1 to { $count }, <code>automatic</code>, or send a photo.
cover_is_no_photo = A cover is a photo. Send one, or tap a frame of the video.
cover_takes_one = A cover is one photo: any others, and what you wrote with it, are not used.
ask_caption = <b>Which caption?</b> Write up to { $limit } characters. It is published just as you write it, hashtags included.
caption_offered =
    I have this one:
    <blockquote>{ $caption }</blockquote>
story_shows_no_text = Instagram shows neither caption nor hashtags with a story, so it goes out without them.
caption_came_over_limit = A caption came with it, but I cannot use it as it is.
caption_too_long = That is { $length } characters, and Instagram takes at most { $limit }, hashtags included: cut { $over }. (Emoji count double.) What is too much begins with: “{ $rest }”
caption_too_many_hashtags = That is { $count } hashtags, and Instagram takes at most { $limit }, those in the caption included: leave out { $over }, for example { $rest }
caption_too_many_mentions = That is { $count } @names, and Instagram takes at most { $limit } in a caption: leave out { $over }, for example { $rest }
caption_doubtful = Shall “{ $said }” be the caption? If so, tap it below, or write <code>{ $literal }</code>. If not, tap another button, or write the caption.
caption_literal = Caption: { $said }
caption_text_was_split = That was the rest of your long message, so I have not used it. Send it again if you meant it on its own.
ask_hashtags = <b>Which hashtags?</b> Up to { $limit }, with or without #, or none.
ask_hashtags_full = <b>Which hashtags?</b> None: the caption already has as many as Instagram takes. To choose others, go back and change the caption.
hashtags_in_caption = Those in the caption stay there: { $hashtags }
hashtags_offered = I have these: { $hashtags }
hashtags_missing = I found no hashtag in that. Write some, such as <code>#harbour #evening</code>, or tap a button.
hashtags_doubtful = Shall “{ $said }” become hashtags? If so, tap them below, or write <code>{ $literal }</code>. If not, tap another button, or write the hashtags.
caption_bad_hashtag = “{ $hashtag }” cannot be a hashtag: they are made of letters, digits, emoji and _, and not of digits alone. Please send the list again.
ask_time = <b>When?</b> Tap, or write a time such as <code>18:30</code>, <code>tomorrow 9:00</code>, <code>fri 18:30</code>, <code>2026-12-24 18:00</code> or <code>in 2 hours</code> ({ $zone }).
ask_hour = <b>At what time on { $day }?</b> Tap, or write one such as <code>18:30</code> ({ $zone }), or another day.
time_not_understood = I did not understand that time. Write for example <code>18:30</code>, <code>tomorrow 9:00</code>, <code>24.12. 18:00</code> or <code>in 2 hours</code>.
time_unknown_words = I did not understand { $words }. Write a time such as <code>18:30</code>, <code>tomorrow 9:00</code>, <code>24 Dec 6pm</code> or <code>in 2 hours</code>.
time_contradictory = That does not fit together: it names different days or times, or a weekday that the date does not fall on. Please write one day and one time.
time_slip = I do not know { $words }. <b>Did you mean this?</b>
time_did_you_mean = I would rather ask than guess. <b>Did you mean this?</b>
quoted = “{ $words }”
time_several_ways = That can be read in more than one way. <b>Which one do you mean?</b>
time_in_the_past = That time ({ $zone }) is in the past. Choose a later one, or <code>now</code>.
time_no_such_date = There is no such day in the calendar. Which one do you mean?
time_no_such_time = There is no such time of day: it goes from 0:00 to 23:59.
time_time_missing = <b>Which day do you mean?</b> I will ask for the time next.
time_too_far = That is too far: I cannot plan more than a year ahead. The latest time I can take is { $latest }. Please choose an earlier one.
time_skipped_by_dst = That time does not exist in { $zone }: the clocks go forward that night. Choose another.
time_ambiguous_dst = That time exists twice in { $zone }: the clocks go back that night. Which one?
time_has_passed = The time of this post has passed meanwhile. Please write another one.
ask_confirm = <b>This is what will be posted.</b> Shall I schedule it?
confirm_not_understood = Please answer <code>yes</code> to schedule it, <code>cancel</code> to throw it away, write another time such as <code>18:30</code>, or say what to change: <code>type</code>, <code>caption</code>, <code>hashtags</code>, <code>time</code>, <code>media</code>, or, where a button offers it, <code>framing</code>, <code>trimming</code> or <code>cover</code>.
preparing_waits = 🎞 Your media wait for their turn to be converted. Just carry on answering.
preparing =
    🎞 Converting. Just carry on answering meanwhile.
    { $bar }
prepared = 🎞 Converted.
preparing_stopped = 🎞 Stopped. Your media and your other answers stay.
preparing_not_stored = I could not read your media from my disk, or save what I made of them. The admin knows; please try again a little later, or send them again. Your answers stay.
preparing_failed = I could not make this ready, and that is my fault. The admin knows. Your answers stay: try another type, or other media.
still_preparing = Your media are still being converted. As soon as they are ready, I will show them to you here, and you can schedule the post.
note_framed = ✂️ Brought to the shape that you chose.
note_trimmed = ✂️ Shortened to the part that you chose.
note_lengthened = ⏱ Made to last the 3 seconds that Instagram needs.
note_turned = ↩️ Turned the right way up.
note_converted = 🔄 Converted to the format that Instagram takes.
note_hdr = 🌗 HDR brightness brought down to what Instagram shows.
note_colours = 🎨 Colours converted to sRGB.
note_flattened = ⬜ Transparent parts became white.
note_frame_rate = 🎞 The frame rate was changed to one that Instagram takes.
note_sound = 🔊 The sound was converted to AAC.
note_silenced = 🔇 The sound could not be read, so it is silent.
note_location = 📍 The place where it was taken has been removed from the file.
note_small = 🔍 It has few pixels: Instagram will show it a little soft.
cancelled = Thrown away. Send a photo, a video or an album to begin anew.
stale_button = This button has served its purpose.

## Buttons

button_back = ‹ Back
button_cancel = Cancel
button_no_caption = No caption
button_keep_caption = Use this one
button_no_hashtags = No hashtags
button_keep_hashtags = Use these
button_now = Now
button_keep_time = As before: { $time }
button_schedule = Schedule it
button_change_type = Change type
button_change_caption = Change caption
button_change_hashtags = Hashtags
button_change_time = Time
button_change_media = Media
button_fit_crop = Crop
button_fit_blur = Blurred background
button_fit_white = White
button_fit_black = Black
button_shift_left = ◀ Left
button_shift_right = Right ▶
button_shift_up = ▲ Up
button_shift_down = ▼ Down
button_trim_first = First { $limit }
button_trim_last = Last { $limit }
button_cover_automatic = Choose for me
button_change_fit = Framing
button_change_trim = Trimming
button_change_cover = Change cover
button_stop_preparing = Stop converting
button_stop_download = Stop the download
button_delete = Delete
button_delete_row = Delete { $id }
button_delete_for_sure = Yes, delete it
button_keep_post = Keep it
button_try_again = Try again
button_is_live = It is live
button_publish_again = Publish again
button_drop = Drop it
button_publish_late = Publish
button_drop_late = Delete
button_publish_held = Publish them as planned
button_drop_held = Delete them
button_resume = Resume publishing

## Posts

type_photo = Photo
type_video = Video
type_reel = Reel
type_story = Story
type_carousel = Carousel
count_photo = { $count ->
        [one] { $count } photo
       *[other] { $count } photos
    }
count_video = { $count ->
        [one] { $count } video
       *[other] { $count } videos
    }
no_caption = none
no_hashtags = none
no_further_hashtags = those in the caption
right_away = right away
summary_type = <b>Type</b>: { $type }
summary_time = <b>Time</b>: { $time }
summary_caption = <b>Caption</b>: { $caption }
summary_hashtags = <b>Hashtags</b>: { $hashtags }
card =
    🗓 <b>Post { $id }</b> · { $type }
    { $time }{ $excerpt }
card_state =
    { "" }
    ➜ { $state }
list_head = <b>Planned: { $count }</b>
list_empty = Nothing is planned. Send a photo, a video or an album to begin.
list_row =
    <b>{ $id }</b> · { $type } · { $state }
    { $time }{ $excerpt }
state_pending = planned
state_retrying = trying again (failures so far: { $count })
state_held = held until the admin decides
state_claimed = being uploaded
state_sending = being published
state_handed_over = yours to post
state_uploaded = published
state_unconfirmed = unconfirmed
state_failed = failed
state_deleted = deleted
paused_until = ⏸ Publishing pauses until { $time }.
paused_until_resumed = ⏸ Publishing pauses until the admin resumes it.
delete_usage = Which one? Write its number, such as <code>/delete 12</code>. /list shows the numbers.
ask_delete = <b>Delete post { $id } and its media?</b> Tap, or write <code>/delete { $id } yes</code>.
deleted = Post { $id } is deleted, and its media with it.
deleted_in_doubt = It was never confirmed: if it is on Instagram, it stays there until you remove it in the Instagram app.
kept = Post { $id } stays as it is.
no_such_post = You have no post { $id }. /list shows the ones you have.
too_late_held = Post { $id } is being held: its owner is no longer in ALLOWED_USER_IDS. The admin decides.
too_late_claimed = Too late: post { $id } is being published. The outcome follows.
too_late_handed_over = Post { $id } is with you: tell me whether you posted it.
too_late_sending = Too late: post { $id } is being published. The outcome follows.
too_late_uploaded = Post { $id } is already on Instagram. To remove it there, use the Instagram app.
too_late_pending = Post { $id } is planned again already.
too_late_failed = Post { $id } has failed meanwhile. /list shows it.
too_late_unconfirmed = Post { $id } is not confirmed yet. /list shows it.
too_late_draft = Post { $id } is still in the making: finish it, or /cancel throws it away.
too_late_draft_of_another = Post { $id } is still in the making. Only the person who is making it can throw it away, by /cancel.
several_posts = That could be meant for several posts: { $numbers }. Tap the button below the right one, or reply to that message.
no_such_question = No post waits for that answer at the moment. /list shows what is planned.
late_published = I will publish them as soon as I can: { $count }.
late_dropped = Deleted, with their media: { $count }.
held_published = Planned again: { $count }. Whatever should have been out by now comes as soon as I can.
held_settled = None of this person’s posts is being held any more.
trying_again = Post { $id } is tried again right away.
confirmed_live = Good. Post { $id } counts as published.
admin_only = Only the admin chat can do that.
resumed = ▶️ Publishing goes on.
which_to_resume = Several accounts are paused. Which one should go on?
not_paused = Publishing is not paused.
timezone_is = Your times are meant in <b>{ $zone }</b>, where it is { $time }. To change that, write for example <code>/timezone Vienna</code>.
timezone_chosen = From now on your times are meant in <b>{ $zone }</b>, where it is { $time }. Posts that are planned already stay at their moment.
timezone_unknown = I know of no time zone called “{ $zone }”. Write a big city near you, your country, or the distance from UTC: <code>/timezone Vienna</code>, <code>/timezone Austria</code>, <code>/timezone UTC+1</code>.
timezone_did_you_mean = Did you mean one of these? Tap to copy, then send it:
timezone_several = “{ $zone }” can mean several. Which one? Tap to copy, then send it:
timezone_is_fixed = This zone has no summer time; if yours has, name a city instead, such as <code>/timezone Berlin</code>.

## Results

result_published =
    ✅ <b>Post { $id }</b> ({ $type }) is on Instagram.
    { $link }
result_retrying = ⏳ <b>Post { $id }</b> is not online yet. { $reason } I try again in { $wait } and tell you how it ends.
result_failed = ❌ <b>Post { $id }</b> could not be published. { $reason }
result_unconfirmed = ❓ <b>Post { $id }</b>: I could not confirm it yet. { $reason } I look at Instagram again in a few minutes, and tell you what I find. If you know already, say so.
result_unconfirmed_paused = ❓ <b>Post { $id }</b>: I could not confirm it, and cannot look at Instagram at the moment: publishing pauses. { $reason } As soon as it goes on I look, and tell you what I find. If you know already, say so.
result_asked = ❓ <b>Post { $id }</b>: I cannot find out whether it is on Instagram. { $reason } Please look: is it there? I do nothing until you say so.{ $links }{ $excerpt }
asked_links =
    { "" }
    One of these may be it:
    { $links }
result_not_yet = ⏳ <b>Post { $id }</b> is due, and waits. { $reason } As soon as that is over, the post is published; you need not send anything again.
result_deleted_by_admin = 🗑 <b>Post { $id }</b> ({ $type }): the admin has deleted it, and its media with it.
result_rehearsal = 🔔 Something stands in the way of <b>post { $id }</b>. { $reason }
result_hand_over = ✋ It's time for <b>post { $id }</b>: please post it yourself.{ $excerpt }
result_hand_over_reminder = ✋ Did you post <b>post { $id }</b>?{ $excerpt }
result_waiting = { $count ->
        [one] ⏸ <b>Post { $id }</b> waits: it is due, but publishing pauses. { $reason } The admin knows; as soon as publishing goes on, the post is published. /list tells until when it pauses.
       *[other] ⏸ <b>{ $count } of your posts</b>, the first of them post { $id }, wait: they are due, but publishing pauses. { $reason } The admin knows; as soon as publishing goes on, they are published. /list tells until when it pauses.
    }
result_late = { $count ->
        [one] ⏰ <b>Post { $id }</b> came due while I could not publish, and that was hours ago. Shall I publish it all the same, as soon as I can?
       *[other] ⏰ <b>{ $count } of your posts</b>, the first of them post { $id }, came due while I could not publish, and that was hours ago. Shall I publish them all the same, as soon as I can?
    }
alert_retrying = ⏳ Post { $id } failed for now: <code>{ $error_class }</code>. { $reason } Next attempt in { $wait }.{ $excerpt }
alert_failed = ❌ Post { $id } failed: <code>{ $error_class }</code>. { $reason }{ $excerpt }
alert_unconfirmed = ❓ Post { $id } is unconfirmed: <code>{ $error_class }</code>. { $reason } I look for it on Instagram.{ $excerpt }
alert_asked = ❓ Post { $id } stays unconfirmed: <code>{ $error_class }</code>. { $reason } Its owner is asked.{ $excerpt }
alert_account_paused = ⏸ Publishing pauses on <b>{ $account }</b> for { $wait }: <code>{ $error_class }</code>. { $reason } Planned posts wait.
alert_paused_for_good = ⏸ Publishing pauses on <b>{ $account }</b>: <code>{ $error_class }</code>. { $reason } Planned posts wait until you tap the button or write /resume.

## Why it went wrong

reason_network = Instagram could not be reached.
reason_instagram_down = Instagram has trouble of its own at the moment.
reason_transcoding = Instagram is still working on the video.
reason_rate_limited = Instagram asks to wait: too much has happened in too short a time.
reason_feedback_required = Instagram has limited the account for a while.
reason_login_required = Instagram does not accept the login.
reason_bad_password = Instagram refuses the password.
reason_two_factor = Instagram asks for a two-factor code.
reason_challenge = Instagram wants to know that it is really the account's owner.
reason_suspended = Instagram has suspended the account.
reason_proxy_blocked = Instagram refuses this address, or the account's name is wrong.
reason_upgrade_needed = Instagram asks for a newer client.
reason_aspect_ratio = Instagram refuses the shape of the picture.
reason_caption_refused = Instagram refuses the caption or its hashtags.
reason_media_refused = Instagram could not process the picture or clip.
reason_media_missing = A media file is gone. Please send it again as a new post.
reason_media_damaged = A media file is damaged. Please send it again as a new post.
reason_media_away = The folder with the media cannot be reached at the moment.
reason_own_fault = Something went wrong on my side, not on Instagram's.
reason_refused = Instagram refuses the post.
reason_reply_lost = Instagram's answer was lost, so it may be there already.
reason_unclear = Instagram's answer does not say whether it is there.
reason_needs_upload = Instagram has lost what I had uploaded.
reason_looks_alike = Something there looks like it, and nothing proves that it is this post.
reason_interrupted = I was interrupted while it was being published, so it may be there already.
reason_id_taken = Instagram says that it has it already, and yet I do not see it there.
reason_vanished = Instagram accepted it, and yet I do not see it there.
reason_collision = Another post is planned for the same minute: one of the two appears a little later.
reason_paused = Publishing pauses, and the post waits until it goes on. The admin knows why.
reason_not_posted = You did not post it.
reason_late = It came due while I could not publish, and that was hours ago.
reason_unknown = Instagram answered something that I do not know.

## What the admin can do about it

remedy_feedback_required = Open the Instagram app and look whether it asks for something.
remedy_login_required = Open the Instagram app, confirm that it was you, and check name and password in the settings.
remedy_bad_password = Check INSTAGRAM_USERNAME and INSTAGRAM_PASSWORD in the settings, then restart the bot.
remedy_two_factor = Put the authenticator's seed into INSTAGRAM_TOTP_SECRET, then restart the bot.
remedy_challenge = Open the Instagram app and confirm it there.
remedy_suspended = The Instagram app tells more.
remedy_proxy_blocked = Check INSTAGRAM_USERNAME, or use another proxy.
remedy_upgrade_needed = Postbote must be updated.

## The bot's own troubles

alert_media_away = ⚠️ The media folder cannot be reached: is it mounted? Posts that are due wait for it, and go out when it is back.
alert_clock_database_ahead = 🕰 The database's clock is { $wait } ahead of Instagram's. Posts are due by it, so they come that much too early. Set the clock of the machine with the database, for example by <code>timedatectl set-ntp true</code>.
alert_clock_database_behind = 🕰 The database's clock is { $wait } behind Instagram's. Posts are due by it, so they come that much too late. Set the clock of the machine with the database, for example by <code>timedatectl set-ntp true</code>.
alert_clock_machine_ahead = 🕰 The clock of <code>{ $host }</code> is { $wait } ahead of the database's. Posts are due by the database's, but what people type, such as “in 2 hours”, is reckoned by this one. Set it, for example by <code>timedatectl set-ntp true</code>.
alert_clock_machine_behind = 🕰 The clock of <code>{ $host }</code> is { $wait } behind the database's. Posts are due by the database's, but what people type, such as “in 2 hours”, is reckoned by this one. Set it, for example by <code>timedatectl set-ntp true</code>.
alert_clock_is_right = 🕰 The clock that was wrong is right again.
alert_blocked = 🔇 The owner of post { $id } takes no messages from me: <code>{ $reason }</code>. What they are to hear is kept until they do.
alert_undeliverable = 🔇 Telegram refused my message about post { $id }: <code>{ $reason }</code>. /list has its state.
alert_dead_letter = ⚠️ I could not handle a message, however often I tried: <code>{ $error_class }</code>. It is set aside, and the log has the details. { $told }
dead_letter_told = The sender knows.
dead_letter_untold = The sender could not be told.
alert_orphaned = ⚠️ Posts are planned for <b>{ $reason }</b>, but INSTAGRAM_USERNAME names another account now, so nobody will publish them. Name the account again, or delete them: /list shows them.
alert_admin_chat_moved = ⚠️ This group has become a supergroup, and has another number. Until <code>ADMIN_CHAT_ID={ $reason }</code> stands in the settings and the bot is restarted, you hear of failures here, but I take no orders of the admin's.
alert_database_was_away = ⚠️ The database did not answer for { $wait }. Messages have waited at Telegram; all goes on.
alert_second_poller = ⚠️ Another process fetches this bot's messages with the same token. Stop one of the two; meanwhile answers may be slow.
alert_held =
    ✋ <b>{ $person }</b> is no longer in ALLOWED_USER_IDS, so I am holding the posts that this person planned, starting with post { $id }. Posts held: { $count }. What should happen to them?

    If you put the number back, they go out by themselves. /list shows them.
alert_disk_trouble = ⚠️ A file could not be saved: <code>{ $reason }</code>. Its sender was asked to send it again; please look at the disk.

## What may be typed instead of tapping: lists, with commas

typed_photo = photo, picture, image
typed_video = video, clip, film
typed_reel = reel, reels
typed_story = story, stories
typed_carousel = carousel, album
typed_skip = skip, none, no, -
typed_keep = keep, use, yes, ok, same
typed_yes = yes, y, ok, okay, schedule, publish, go
typed_back = back
typed_no = no, n
typed_cancel = cancel
typed_now = now
typed_type = type
typed_caption = caption, text
typed_hashtags = hashtags, hashtag, tags
typed_crop = crop, cut
typed_blur = blur, blurred
typed_white = white
typed_black = black
typed_left = left
typed_right = right
typed_up = up, top
typed_down = down, bottom
typed_first = first, start, beginning
typed_last = last, end
typed_automatic = automatic, auto
typed_fit = fit, framing, frame, format
typed_trim = trim, trimming, part, length
typed_cover = cover
typed_time = time, date
typed_media = media
said_fillers = change, the, edit, please
said_negations = no, none, not, nope, nah, nothing, without, dont
said_niceties = thanks, thank, you, any, here, a, for, now, at, all, i, do, want, need, caption, text, title, hashtag, hashtags, tag, tags, needed, necessary
said_asides = next, continue, done, later, stop, help, empty, nothing, no idea, i dont know, dont know, whatever, na, sure, go on, go ahead, delete, list, go back, post, send, show, status, what, how, n/a, nil, blank, leave empty, leave blank, as before, same as before, looks good, huh
said_pointers = it, this, that, one, these, them, so, a, an, as, to, me, caption, text

## How moments are written: patterns of the CLDR

pattern_day = EEE d MMM
pattern_day_year = EEE d MMM y
pattern_clock = HH:mm
