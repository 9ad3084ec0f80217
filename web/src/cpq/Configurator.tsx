import { Alert, Button, Drawer, InputNumber } from 'antd';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { isApiError } from '@/api/errors';
import { putBundle, useBundle, useBundleCheck, type BundleAnswer, type DocumentRef } from '@/api/bundles';
import { useDataChanged } from '@/api/records';
import { useFormat, useListing, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { useDebounced } from '@/ui/useDebounced';
import { useIsPhone } from '@/ui/useViewport';
import { BundleOptions } from './BundleOptions';
import './cpq.css';
import { choicesOf, selectionOf, type Selection, type Turn } from './selection';
import { cpqTexts } from './texts';

/** The line of a bundle that is to be configured again, as it is. */
export interface Existing {
  line: string;
  version: number;
  quantity: string;
  selection: Selection;
}

interface Props {
  /** The product; undefined: closed. */
  product: { id: string; name: string } | undefined;
  document: DocumentRef;
  currency: unknown;
  existing?: Existing;
  onClose: () => void;
}

/** Choose what is in a bundle, see what it costs, and put it into the document, all of it at once. */
export default function Configurator({ product, onClose, ...rest }: Props) {
  const t = useTexts(cpqTexts);
  const phone = useIsPhone();
  const title = product ? t(rest.existing ? 'again' : 'title', { name: product.name }) : '';
  return (
    <Drawer open={product !== undefined} onClose={onClose} title={title} size={phone ? '100%' : 640} className="cpq-drawer" destroyOnHidden zIndex={1050}>
      {product ? <Loading key={`${product.id}-${rest.existing?.line ?? ''}`} product={product} onClose={onClose} {...rest} /> : null}
    </Drawer>
  );
}

type LoadedProps = Omit<Props, 'product'> & { product: { id: string; name: string } };

function Loading(props: LoadedProps) {
  const found = useBundle(props.product.id, props.document);
  if (found.data) return <Loaded {...props} bundle={found.data} />;
  return found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : <PageSkeleton />;
}

function Loaded({ product, document, currency, existing, onClose, bundle }: LoadedProps & { bundle: BundleAnswer }) {
  const t = useTexts(cpqTexts);
  const format = useFormat();
  const listing = useListing();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const [selection, setSelection] = useState<Selection>(() => existing?.selection ?? selectionOf(bundle.chosen));
  const [quantity, setQuantity] = useState(existing ? bare(existing.quantity) : '1');
  const [note, setNote] = useState<string>();
  const [refused, setRefused] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const choices = choicesOf(selection);
  const asked = useDebounced(JSON.stringify({ quantity, choices }));
  const { quantity: askedQuantity, choices: askedChoices } = JSON.parse(asked) as { quantity: string; choices: typeof choices };
  const check = useBundleCheck(product.id, document, askedQuantity, askedChoices, true);
  const settled = asked === JSON.stringify({ quantity, choices }) && !check.isPlaceholderData && check.data !== undefined;

  useEffect(() => {
    body.current?.querySelector<HTMLInputElement>(BOXES)?.focus();
  }, []);

  const change = (next: Selection) => {
    setSelection(next);
    setRefused([]);
  };
  const turned = ({ selection: next, also, replaced }: Turn) => {
    change(next);
    const gone = also.length > 0 ? t('alsoGone', { names: listing(also.map(({ name }) => t('quoted', { name }))), needed: also[0]?.needed ?? '', n: also.length }) : undefined;
    setNote([replaced ? t('replaced', { name: replaced }) : undefined, gone].filter(Boolean).join(' · ') || undefined);
  };
  const save = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await putBundle(product.id, { document, quantity, chosen: choices, ...(existing ? { line: existing.line, version: existing.version } : {}) });
      done(t(existing ? 'saved' : 'added', { name: product.name }));
      onClose();
    } catch (error) {
      if (isApiError(error) && error.status === 422) setRefused(error.problems.map((one) => one.detail));
      else failed(error);
    } finally {
      setBusy(false);
    }
    await changed();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save();
    }
    const target = event.target as HTMLElement;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && target.matches(BOXES)) {
      event.preventDefault();
      const boxes = [...(body.current?.querySelectorAll<HTMLInputElement>(BOXES) ?? [])].filter((box) => !box.disabled);
      boxes[boxes.indexOf(target as HTMLInputElement) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    }
  };
  const problems = refused.length > 0 ? refused : settled ? check.data.problems.map((one) => one.detail) : [];
  const total = check.data?.total ?? null;
  return (
    <div className="cpq" ref={body} onKeyDown={keys}>
      <div className="cpq-head">
        <label htmlFor="cpq-quantity">{t('quantity')}</label>
        <InputNumber<string> id="cpq-quantity" stringMode min="0.01" value={quantity} onChange={(next) => { setQuantity(next ? String(next) : '1'); setRefused([]); }} />
        {bundle.price !== null ? <span className="cpq-base">{t('base')} <span className="number">{format.moneyIn(currency, bundle.price)}</span></span> : null}
      </div>
      <div className="cpq-note" aria-live="polite">{note ? <Alert type="info" showIcon title={note} closable={{ onClose: () => { setNote(undefined); } }} /> : null}</div>
      {bundle.options.length === 0 ? <p className="cpq-about">{t('nothing', { name: product.name })}</p> : null}
      <BundleOptions bundle={bundle} selection={selection} currency={currency} onTurn={turned} onChange={change} />
      <div className="cpq-bottom">
        <div aria-live="polite">
          {problems.length > 0 ? <Alert className="cpq-problems" type="warning" showIcon title={<ul aria-label={t('toFix')}>{problems.map((text) => <li key={text}>{text}</li>)}</ul>} /> : null}
        </div>
        <div className="cpq-total">
          <span>
            {total !== null ? <>{t('total')}<strong className="number">{format.moneyIn(currency, total)}</strong></> : null}
            {check.data && !check.data.complete ? <span className="cpq-about"> {t('incomplete')}</span> : null}
          </span>
          <span className="cpq-buttons">
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="primary" loading={busy} disabled={settled && !check.data.valid} title={t('keys')} onClick={() => void save()}>{t(existing ? 'save' : 'add')}</Button>
          </span>
        </div>
      </div>
    </div>
  );
}

const BOXES = '.cpq-option input[type=checkbox]';

const bare = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
