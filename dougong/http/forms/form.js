/** The page of a web form: asks the server what the form asks, draws it, and sends the answers. */

const WORDS = {
  zh: {
    send: '提交', sending: '正在提交…', optional: '选填', choose: '请选择', required: '请填写“{label}”。', thanks: '提交成功，谢谢！我们会尽快与您联系。',
    lost: '没有提交成功，请检查网络后再试。', gone: '这个表单已经停用。', yes: '是',
  },
  en: {
    send: 'Send', sending: 'Sending…', optional: 'optional', choose: 'Please choose', required: 'Please fill in “{label}”.', thanks: 'Thank you! We will be in touch soon.',
    lost: 'This could not be sent. Check your connection and try again.', gone: 'This form is no longer open.', yes: 'Yes',
  },
};

const KINDS = { email: 'email', phone: 'tel', url: 'url', integer: 'number', date: 'date' };
const FILLS = { name: 'name', company_name: 'organization', email: 'email', mobile: 'tel', phone: 'tel', title: 'organization-title', website: 'url' };
const TOKEN_MINUTES = 600;

function element(tag, settings = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(settings)) {
    if (name in made && name !== 'list') made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function control(field, words) {
  const id = `field-${field.name}`;
  const common = { id, name: field.name, required: field.required };
  if (field.type === 'long_text') return element('textarea', { ...common, rows: 4, maxLength: field.length || 4000 });
  if (field.type === 'select') {
    return element('select', common, [element('option', { value: '', textContent: words.choose }), ...field.options.map((o) => element('option', { value: o.value, textContent: o.label }))]);
  }
  if (field.type === 'multi_select') {
    const boxes = field.options.map((o) => element('label', { className: 'choice' }, [element('input', { type: 'checkbox', name: field.name, value: o.value }), ` ${o.label}`]));
    return element('div', { id, role: 'group', className: 'choices' }, boxes);
  }
  if (field.type === 'boolean') return element('label', { className: 'choice' }, [element('input', { ...common, type: 'checkbox', value: 'yes' }), ` ${field.label}`]);
  return element('input', { ...common, type: KINDS[field.type] || 'text', maxLength: field.length || 255, autocomplete: FILLS[field.name] || 'on' });
}

function question(field, words) {
  const label = element('label', { htmlFor: `field-${field.name}` }, [field.label]);
  if (field.required) label.append(element('span', { className: 'star', textContent: ' *', 'aria-hidden': 'true' }));
  const parts = field.type === 'boolean' ? [] : [label];
  return element('div', { className: 'question', id: `question-${field.name}` }, [...parts, control(field, words), element('p', { className: 'wrong', id: `wrong-${field.name}`, role: 'alert' })]);
}

function answersOf(form, fields) {
  const found = {};
  for (const field of fields) {
    if (field.type === 'multi_select') {
      const chosen = [...form.querySelectorAll(`input[name="${field.name}"]:checked`)].map((box) => box.value);
      if (chosen.length > 0) found[field.name] = chosen;
    } else if (field.type === 'boolean') {
      if (form.elements[field.name].checked) found[field.name] = true;
    } else {
      const value = form.elements[field.name].value.trim();
      if (value !== '') found[field.name] = field.type === 'integer' ? Number(value) : value;
    }
  }
  return found;
}

function showWrong(name, text) {
  const place = document.getElementById(`wrong-${name}`) || document.getElementById('wrong');
  place.textContent = text;
  place.closest('.question')?.classList.toggle('has-wrong', text !== '');
  return place;
}

function clearWrong() {
  for (const one of document.querySelectorAll('.wrong')) one.textContent = '';
  for (const one of document.querySelectorAll('.has-wrong')) one.classList.remove('has-wrong');
}

/** Draws the form; `send` is given the answers and says what came of them. */
export function draw(main, asked, send) {
  const words = WORDS[asked.language] || WORDS.zh;
  document.documentElement.lang = asked.language === 'en' ? 'en' : 'zh-CN';
  document.title = asked.title;
  const button = element('button', { type: 'submit', textContent: words.send });
  // People do not see it, and programs that fill in everything do.
  const trap = element('div', { className: 'elsewhere', 'aria-hidden': 'true' }, [element('input', { name: 'website', tabIndex: -1, autocomplete: 'off', 'aria-label': 'Website' })]);
  const form = element('form', { noValidate: true }, [...asked.fields.map((field) => question(field, words)), trap, element('p', { className: 'wrong', id: 'wrong', role: 'alert' }), button]);
  const head = [element('h1', { textContent: asked.title })];
  if (asked.intro) head.push(element('p', { className: 'intro', textContent: asked.intro }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearWrong();
    const answers = answersOf(form, asked.fields);
    const missing = asked.fields.filter((field) => field.required && answers[field.name] === undefined);
    if (missing.length > 0) {
      for (const field of missing) showWrong(field.name, words.required.replace('{label}', field.label));
      document.getElementById(`field-${missing[0].name}`)?.focus();
      return;
    }
    button.disabled = true;
    button.textContent = words.sending;
    void send(answers, trap.querySelector('input').value).then((came) => {
      if (came.thanks !== undefined) {
        main.replaceChildren(element('div', { className: 'thanks', tabIndex: -1 }, [element('h1', { textContent: came.thanks || words.thanks })]));
        main.querySelector('.thanks').focus();
        if (came.redirect) window.top.location.assign(came.redirect);
        return;
      }
      button.disabled = false;
      button.textContent = words.send;
      const problems = came.problems?.length ? came.problems : [{ field: null, detail: came.detail || words.lost }];
      const places = problems.map((one) => showWrong(one.field, one.detail));
      places[0]?.scrollIntoView({ block: 'center' });
    });
  });
  main.replaceChildren(...head, form);
}

async function begin(main) {
  const key = window.location.pathname.split('/').pop();
  const address = `/api/v1/forms/${encodeURIComponent(key)}`;
  const read = async () => {
    const answer = await fetch(address, { credentials: 'omit' });
    if (!answer.ok) throw new Error(String(answer.status));
    return { ...(await answer.json()), at: Date.now() };
  };
  let asked = await read();
  draw(main, asked, async (values, website) => {
    try {
      if (Date.now() - asked.at > TOKEN_MINUTES * 60_000) asked = await read();
      const sent = await fetch(address, {
        method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json', 'Accept-Language': asked.language },
        body: JSON.stringify({ values, token: asked.token, website, page: document.referrer || window.location.href }),
      });
      return await sent.json();
    } catch {
      return {};
    }
  });
}

const main = document.getElementById('form');
if (!window.location.pathname.endsWith('/preview')) {
  begin(main).catch(() => {
    const words = navigator.language.toLowerCase().startsWith('zh') ? WORDS.zh : WORDS.en;
    main.replaceChildren(element('p', { className: 'intro', textContent: words.gone }));
  });
}
