{#- The messages about the save state while the page saves by itself. %s is the time. Each page has its own message
    for when the text has been saved. -#}
const draftWords = {
  "unsaved": {{ _("Not saved yet.")|in_script }},
  "away": {{ _("No connection: not saved yet. What you typed stays here while this page is open. Trying again.")|in_script }},
  "unsent": {{ _("No connection: not sent. What you typed stays here while this page is open. Press the button again when you're connected.")|in_script }},
  "kept": {{ _("Saved %%s, but not sent yet. Press the button again.")|in_script }},
  "refused": {{ _("Not saved: the text is too long, or we can't accept it. What you typed stays here.")|in_script }},
  "full": {{ _("Not saved: Companion has no room left for more of your writing. What you typed stays here while this page is open: copy it.")|in_script }},
  "closed": {{ _("Not saved: this has already been sent or answered. What you typed stays here while this page is open.")|in_script }},
  "help": {{ (_("No connection. You can still call:") ~ " " ~ numbers_at_hand())|in_script }},
  "elsewhere": {{ _("Not saved: the text changed in another window or on another device. What you typed stays here.")|in_script }},
  "locked": {{ _("Saved %%s. You were away for a while. Sign in again to continue.")|in_script }},
  "ended": {{ _("Not saved: you were signed out. What you typed stays here while this page is open.")|in_script }}
};
