import { MessageOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTexts } from '@/i18n';
import { AskDialog, type Entered } from './AskDialog';
import { duplicateTexts } from './texts';

interface Props {
  hit: string;
  owner: string;
  entered: Entered;
}

/** Asks the owner of a record that stood in the way, by their name: there may be one for each line of a list. */
export function AskButton({ hit, owner, entered }: Props) {
  const t = useTexts(duplicateTexts);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button type="link" size="small" className="ask-owner" icon={<MessageOutlined />} onClick={() => { setAsking(true); }}>{t('askTitle', { name: owner })}</Button>
      {asking ? <AskDialog hit={hit} owner={owner} entered={entered} onClose={() => { setAsking(false); }} /> : null}
    </>
  );
}
