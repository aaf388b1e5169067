{%- set dialogs %}{% include "components/idle.html" %}{% endset -%}
const idleWords = {
  "stay": {{ url_for('account.still_here')|in_script }},
  "check": {{ url_for('account.still_open')|in_script }},
  "dialogs": {{ dialogs|in_script }}
};
