// A service worker cannot start workers, so it hands ranking on to an offscreen document, which lives on while it sleeps.

/** One at a time: Chrome allows a single offscreen document. */
let opening;

function openOffscreen() {
  opening ??= findOrCreate().finally(() => (opening = undefined));
  return opening;
}

async function findOrCreate() {
  const contexts = await chrome.runtime.getContexts({ contextTypes: ['OFFSCREEN_DOCUMENT'] });
  if (contexts.length > 0) return;
  await chrome.offscreen.createDocument({
    url: 'offscreen.html',
    reasons: ['WORKERS'],
    justification: 'Ranks texts with a model that runs in web workers.',
  });
}

chrome.runtime.onMessage.addListener((message, _sender, answer) => {
  if (message.to !== 'background') return false;
  openOffscreen()
    .then(() => chrome.runtime.sendMessage({ ...message, to: 'offscreen' }))
    .then(answer, (error) => answer({ error: String(error) }));
  return true; // the answer comes later
});
