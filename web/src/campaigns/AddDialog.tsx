import { Form, Select } from 'antd';
import { useState } from 'react';
import { useModel } from '@/api/metadata';
import { LookupPicker } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { ActionForm, type ActionDialogProps } from '@/records/actions';
import { campaignTexts } from './texts';

/** Leads or contacts become members of a campaign; who is one already stays as they are. */
export default function AddDialog(props: ActionDialogProps) {
  const t = useTexts(campaignTexts);
  const label = useLabel();
  const response = useModel().object('campaign_member')?.field('response');
  const [campaign, setCampaign] = useState<string>();
  const [chosen, setChosen] = useState(String(response?.default ?? ''));
  const params = campaign === undefined ? undefined : { campaign_id: campaign, ...(chosen ? { response: chosen } : {}) };
  return (
    <ActionForm<{ added: number; skipped: number }>
      {...props}
      action="add_to_campaign"
      title={t('addTitle', { n: props.ids.length })}
      ok={t('add')}
      params={params}
      told={({ added, skipped }) => (skipped > 0 ? t('addedSome', { n: added, skipped }) : t('added', { n: added }))}
    >
      <Form.Item label={t('campaign')} htmlFor="add-campaign">
        <LookupPicker id="add-campaign" object="campaign" value={campaign === undefined ? [] : [campaign]} autoFocus onChange={(chosenIds) => { setCampaign(chosenIds[0]); }} />
      </Form.Item>
      {response ? (
        <Form.Item label={t('response')} htmlFor="add-response">
          <Select id="add-response" value={chosen || undefined} options={(response.options ?? []).filter((o) => o.active !== false).map((o) => ({ value: o.value, label: label(o.label) }))} onChange={setChosen} />
        </Form.Item>
      ) : null}
    </ActionForm>
  );
}
