/** Emoji by the names Slack gives them; a name that is not here stays as it was written. */

const TABLE =
  "smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 slightly_smiling_face 🙂 wink 😉 blush 😊 heart_eyes 😍 thinking_face 🤔 neutral_face 😐 " +
  "sweat_smile 😅 sob 😭 cry 😢 confused 😕 worried 😟 rage 😡 scream 😱 sleeping 😴 sunglasses 😎 partying_face 🥳 hugging_face 🤗 shushing_face 🤫 " +
  "upside_down_face 🙃 face_with_monocle 🧐 exploding_head 🤯 melting_face 🫠 saluting_face 🫡 robot_face 🤖 ghost 👻 " +
  "+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 wave 👋 raised_hands 🙌 pray 🙏 muscle 💪 ok_hand 👌 point_right 👉 point_left 👈 point_up 👆 " +
  "point_down 👇 raised_hand ✋ handshake 🤝 eyes 👀 brain 🧠 bust_in_silhouette 👤 busts_in_silhouette 👥 speech_balloon 💬 thought_balloon 💭 " +
  "heart ❤️ green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔 sparkles ✨ star ⭐ star2 🌟 fire 🔥 boom 💥 zap ⚡ rainbow 🌈 sunny ☀️ " +
  "cloud ☁️ rocket 🚀 tada 🎉 confetti_ball 🎊 trophy 🏆 medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 gift 🎁 balloon 🎈 " +
  "dart 🎯 goal_net 🥅 checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ crown 👑 gem 💎 moneybag 💰 chart 💹 bar_chart 📊 " +
  "chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 calendar 📆 date 📅 spiral_calendar_pad 🗓️ clock1 🕐 hourglass ⌛ hourglass_flowing_sand ⏳ " +
  "alarm_clock ⏰ stopwatch ⏱️ bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 bulb 💡 mag 🔍 mag_right 🔎 lock 🔒 unlock 🔓 key 🔑 hammer 🔨 wrench 🔧 " +
  "gear ⚙️ link 🔗 paperclip 📎 pushpin 📌 round_pushpin 📍 scissors ✂️ pencil 📝 memo 📝 pencil2 ✏️ book 📖 books 📚 bookmark 🔖 clipboard 📋 " +
  "file_folder 📁 open_file_folder 📂 page_facing_up 📄 inbox_tray 📥 outbox_tray 📤 package 📦 email 📧 envelope ✉️ phone ☎️ computer 💻 " +
  "desktop_computer 🖥️ wastebasket 🗑️ label 🏷️ white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ " +
  "warning ⚠️ rotating_light 🚨 no_entry ⛔ no_entry_sign 🚫 construction 🚧 question ❓ grey_question ❔ exclamation ❗ bangbang ‼️ " +
  "information_source ℹ️ heavy_plus_sign ➕ heavy_minus_sign ➖ arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrow_upper_right ↗️ " +
  "arrow_lower_right ↘️ arrows_counterclockwise 🔄 leftwards_arrow_with_hook ↩️ back 🔙 soon 🔜 top 🔝 new 🆕 ok 🆗 red_circle 🔴 " +
  "large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ " +
  "large_green_square 🟩 large_yellow_square 🟨 large_red_square 🟥 white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹 small_orange_diamond 🔸 " +
  "one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ coffee ☕ beer 🍺 pizza 🍕 cake 🍰 seedling 🌱 herb 🌿 evergreen_tree 🌲 mountain ⛰️ earth_africa 🌍 " +
  "globe_with_meridians 🌐 house 🏠 office 🏢 car 🚗 airplane ✈️ ship 🚢 compass 🧭 world_map 🗺️ jigsaw 🧩 art 🎨 musical_note 🎵 test_tube 🧪 telescope 🔭";

const EMOJI = new Map();
const words = TABLE.split(" ");
for (let at = 0; at < words.length; at += 2) EMOJI.set(words[at], words[at + 1]);

/** The character for a name without its colons, or undefined; a skin tone after it is let go. */
export function findEmoji(name) {
  return EMOJI.get(name.replace(/::skin-tone-\d$/, ""));
}
