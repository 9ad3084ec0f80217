import { Alert, Checkbox, Form, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { RECORD_TYPE } from '@/api/arrangement';
import { isApiError } from '@/api/errors';
import type { Hit } from '@/api/duplicates';
import { convertLead, undoConversion, useConversion, type Conversion, type Target } from '@/api/leads';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useDataChanged, useRecord } from '@/api/records';
import type { Values } from '@/api/types';
import { useUser } from '@/api/user';
import { LookupPicker } from '@/fields';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import type { ActionDialogProps } from '@/records/actions';
import { HitList } from '@/records/duplicates';
import { startValues } from '@/records/form';
import { demandedBy, useStageRules } from '@/records/stages';
import { useFeedback } from '@/ui/feedback';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { AccountPart } from './AccountPart';
import { ContactPart } from './ContactPart';
import { asksFor, hitsIn, missingIn, openValues, plain, startDraft, wishOf, withAccount, type Draft } from './conversion';
import { PartForm } from './PartForm';
import { leadTexts } from './texts';
import './leads.css';

/** Converts one lead: into which account and contact, with which deal, and whose these are to be. */
export default function ConvertDialog(props: ActionDialogProps) {
  const id = props.ids[0] ?? '';
  const t = useTexts(leadTexts);
  const lead = useRecord('lead', id);
  const found = useConversion(id);
  const model = useModel();
  const objects = { account: model.object('account'), contact: model.object('contact'), opportunity: model.object('opportunity') };
  const name = String(lead.data?.record.name ?? '');
  if (found.data && lead.data && objects.account && objects.contact) {
    return <Loaded {...props} id={id} name={name} found={found.data} objects={{ ...objects, account: objects.account, contact: objects.contact }} />;
  }
  return (
    <Modal open={props.open} title={t('title', { name })} width={720} footer={null} onCancel={() => { props.onClose(false); }}>
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : <PageSkeleton />}
    </Modal>
  );
}

const NONE: ReadonlySet<string> = new Set();

interface LoadedProps extends ActionDialogProps {
  id: string;
  name: string;
  found: Conversion;
  objects: { account: ObjectModel; contact: ObjectModel; opportunity: ObjectModel | undefined };
}

function Loaded({ id, name, found, objects, open, onClose }: LoadedProps) {
  const t = useTexts(leadTexts);
  const c = useTexts(common);
  const label = useLabel();
  const me = useUser();
  const today = useFormat().today();
  const navigate = useNavigate();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const start = (object: ObjectModel | undefined, given: Values = {}): Values => (object ? openValues(object, startValues(object, given, me.id, today)) : {});
  const [draft, setDraft] = useState(() => {
    return startDraft(found, { account: start(objects.account), contact: start(objects.contact), opportunity: start(objects.opportunity) }, me.id);
  });
  const [problems, setProblems] = useState<Record<string, string[]>>({});
  const [hits, setHits] = useState<[Target, Hit[]][]>([]);
  const [busy, setBusy] = useState(false);
  const stages = useStageRules(objects.opportunity ?? objects.account);
  const demanded = objects.opportunity && draft.opportunity ? demandedBy(stages, objects.opportunity, draft.opportunity.values) : NONE;
  const demandedOf = (target: Target) => (target === 'opportunity' ? demanded : NONE);
  const chosen = useRecord('account', draft.account.fresh ? undefined : (draft.account.id ?? undefined));
  const taking = draft.account.fresh ? undefined : chosen.data?.actions?.find(({ takes }) => takes);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    body.current?.querySelector('.ant-form-item-has-error, .convert-problems')?.scrollIntoView({ block: 'center' });
  }, [problems]);

  const change = (next: Draft) => {
    setDraft(next);
    setProblems({});
    setHits([]);
  };
  const problemsOf = (target: Target): Record<string, string[]> =>
    Object.fromEntries(Object.entries(problems).filter(([at]) => at.startsWith(`${target}.`)).map(([at, texts]) => [at.slice(target.length + 1), texts]));
  const shown = (at: string) => {
    const [target, name = ''] = at.split('.') as [Target, string?];
    const part = draft[target];
    return part?.fresh === true && asksFor(objects[target], target, { carried: found.values[target], values: part.values, demanded: demandedOf(target) }, name);
  };
  const general = Object.entries(problems).flatMap(([at, texts]) => (shown(at) ? [] : texts));

  const convert = async () => {
    if (!draft.account.fresh && draft.account.id === null) {
      setProblems({ account: [t('nothing')] });
      return;
    }
    if (draft.contact && !draft.contact.fresh && draft.contact.id === null) {
      setProblems({ contact: [t('chooseContact')] });
      return;
    }
    const missing = missingIn(draft, (target) => objects[target], demandedOf);
    if (missing.length > 0) {
      setProblems(Object.fromEntries(missing.map(([at, field]) => [at, [t('required', { field: label(field.label) })]])));
      return;
    }
    setBusy(true);
    try {
      const became = await convertLead(id, wishOf(draft, me.id, taking?.name));
      onClose(true);
      done(t('done', { name }), () => { undoConversion(id).then(() => { done(t('undone')); return changed(); }).catch(failed); });
      const to = became.opportunity ? `/o/opportunity/${became.opportunity.id}` : undefined;
      if (to === undefined) void navigate(`/o/lead/${id}`);
    } catch (error) {
      if (isApiError(error) && error.status < 500 && error.status !== 0) {
        setProblems(error.byField());
        setHits(hitsIn(error.problems));
        // Somebody else may have taken the account meanwhile: then it is told anew.
        if (taking) void changed();
      } else failed(error);
    } finally {
      setBusy(false);
    }
  };

  const goOnWith = (hit: Hit) => {
    if (hit.object === 'account') {
      change(withAccount(draft, { ...draft.account, fresh: false, id: hit.id }, found.creatable.contact));
      return;
    }
    onClose(true);
    void navigate(`/o/${hit.object}/${hit.id}`);
  };
  const { account, contact, opportunity } = draft;
  return (
    <Modal
      open={open}
      title={t('title', { name })}
      width={720}
      className="convert-dialog"
      okText={t('convert')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      okButtonProps={{ disabled: chosen.isLoading }}
      mask={{ closable: false }}
      onOk={() => void convert()}
      onCancel={() => { onClose(false); }}
    >
      <div ref={body} className="record-form">
        {general.length > 0 ? <Alert type="error" showIcon className="convert-problems" title={general.join(' ')} description={hits.length > 0 ? hits.map(([target, some]) => <HitList key={target} hits={some} entered={{ object: target, values: plain(draft[target]?.values ?? {}) }} takes onTaken={goOnWith} />) : undefined} /> : null}
        <AccountPart object={objects.account} part={account} taking={taking} found={found} problems={problemsOf('account')} onChange={(part) => { change(withAccount(draft, part, found.creatable.contact)); }} />
        <ContactPart
          object={objects.contact}
          part={contact}
          account={account.fresh ? null : account.id}
          found={found}
          problems={problemsOf('contact')}
          onChange={(part) => { change({ ...draft, contact: part }); }}
        />
        {objects.opportunity && found.creatable.opportunity ? (
          <section className="convert-part">
            <header>
              <Checkbox
                checked={opportunity !== null}
                onChange={(event) => {
                  const fresh = startDraft(found, { account: {}, contact: {}, opportunity: start(objects.opportunity) }, me.id).opportunity;
                  change({ ...draft, opportunity: event.target.checked ? fresh : null });
                }}
              >
                <strong>{t('withOpportunity')}</strong>
              </Checkbox>
            </header>
            {opportunity ? (
              <>
                <PartForm
                  object={objects.opportunity}
                  target="opportunity"
                  values={opportunity.values}
                  carried={found.values.opportunity}
                  names={found.names}
                  problems={problemsOf('opportunity')}
                  demanded={demanded}
                  onChange={(values) => {
                    const retyped = values[RECORD_TYPE] !== opportunity.values[RECORD_TYPE];
                    const started = retyped ? start(objects.opportunity, { [RECORD_TYPE]: values[RECORD_TYPE] }) : {};
                    change({ ...draft, opportunity: { ...opportunity, values: { ...values, ...(retyped ? { stage: started.stage ?? values.stage, [RECORD_TYPE]: values[RECORD_TYPE] } : {}) } } });
                  }}
                />
                <p className="convert-hint">{t('sourceCopied')}</p>
              </>
            ) : null}
          </section>
        ) : null}
        <Form layout="vertical" component="div" className="convert-owner">
          <Form.Item label={t('owner')} htmlFor="convert-owner">
            <LookupPicker id="convert-owner" object="user" value={[draft.owner]} names={{ [me.id]: me.name }} onChange={(ids) => { change({ ...draft, owner: ids[0] ?? me.id }); }} />
          </Form.Item>
        </Form>
      </div>
    </Modal>
  );
}
