/*
 * The page's script, small enough to be read.  It needs the sound: a click on
 * the drawing or on a word plays from there, a cursor moves and the word that
 * is heard is lit.  Nothing in it depends on the call, so that its hash stands
 * in the page's policy.
 */
#include "conv/page.h"

#include <stddef.h>

const char *const page_script[] = {
    "'use strict';(()=>{\n"
    "const sound=document.getElementById('sound');if(!sound)return;\n"
    "const chart=document.getElementById('chart'),row=+chart.dataset.row;\n"
    "const map=chart.dataset.map.split(' ').map(p=>p.split(':').map(Number));\n"
    "const rows=[...chart.querySelectorAll('.row')];\n"
    "const says=[...document.querySelectorAll('[data-w]')];\n"
    "const keys=document.querySelector('.keys');keys.hidden=false;\n"
    /* from one column of the map to the other, in a straight line */
    "const turn=(v,a,b)=>{let i=map.length-2;while(i>0&&map[i][a]>v)i--;\n"
    " const p=map[i],q=map[i+1]||p,d=q[a]-p[a];\n"
    " return d?p[b]+(v-p[a])*(q[b]-p[b])/d:p[b]};\n"
    "const play=ms=>{sound.currentTime=Math.max(0,ms/1000);sound.play()"
    ".catch(()=>{});draw(true)};\n"
    /* the cursor */
    "const cursor=document.createElementNS('http://www.w3.org/2000/svg',"
    "'line');\n"
    "cursor.setAttribute('class','cursor');cursor.setAttribute('y1',0);"
    "cursor.setAttribute('y2','100%');\n",
    /* words become elements of their own when they are needed */
    "const split=p=>{if(p.words)return p.words;p.words=[];\n"
    " const walk=document.createTreeWalker(p,NodeFilter.SHOW_TEXT),all=[];\n"
    " while(walk.nextNode())all.push(walk.currentNode);\n"
    " for(const n of all){const f=document.createDocumentFragment();\n"
    "  for(const s of n.data.split(/(\\s+)/)){if(!s)continue;\n"
    "   if(/^\\s/.test(s)){f.append(s);continue}\n"
    "   const e=document.createElement('span');e.textContent=s;f.append(e);"
    "p.words.push(e)}\n"
    "  n.replaceWith(f)}\n"
    " p.at=p.dataset.w.split(' ').map(w=>+p.dataset.t+w*10);return p.words};\n"
    "let lit=null,now=null,where=-1,saw=true;\n"
    "const light=(p,ms)=>{\n"
    " if(lit!==p){if(lit)lit.parentNode.classList.remove('lit');lit=p;\n"
    "  if(p){p.parentNode.classList.add('lit');"
    "if(!sound.paused)p.scrollIntoView({block:'nearest'})}}\n"
    " let w=null;if(p){const words=split(p);let i=p.at.length-1;"
    "while(i>0&&p.at[i]>ms)i--;w=words[i]||null}\n"
    " if(w!==now){if(now)now.classList.remove('now');if(w)"
    "w.classList.add('now');now=w}};\n"
    "const draw=always=>{const ms=sound.currentTime*1000;"
    "if(ms===where&&!always)return;where=ms;\n"
    " const x=turn(ms,0,1),n=Math.min(rows.length-1,Math.floor(x/row));\n"
    " if(cursor.parentNode!==rows[n])rows[n].append(cursor);\n"
    " const at=(x-n*row)/row;cursor.setAttribute('x1',at*100+'%');"
    "cursor.setAttribute('x2',at*100+'%');\n"
    /* a row that is wider than the page follows the cursor, unless it was
     * scrolled away from it */
    " const s=rows[n].parentNode,v=at*s.scrollWidth-s.scrollLeft,"
    "seen=v>=0&&v<=s.clientWidth;\n"
    " if(!seen&&(always||saw))s.scrollLeft+=v-20;saw=seen||always;\n"
    " let best=null;for(const p of says){if(+p.dataset.t>ms)break;"
    "if(+p.dataset.e>=ms)best=p}\n"
    " light(best,ms)};\n"
    "const run=()=>{draw();if(!sound.paused)requestAnimationFrame(run)};\n"
    "sound.addEventListener('play',run);"
    "sound.addEventListener('seeked',()=>draw(true));\n",
    /* clicks */
    "rows.forEach((r,n)=>r.addEventListener('click',e=>{if(e.detail===0)"
    "return;e.preventDefault();\n"
    " const b=r.getBoundingClientRect();"
    "play(turn((n+(e.clientX-b.left)/b.width)*row,1,0))}));\n"
    "document.querySelector('.talk').addEventListener('click',e=>{\n"
    " const p=e.target.closest('[data-w]');"
    "if(!p||String(getSelection()))return;\n"
    " const words=split(p),at=document.elementFromPoint(e.clientX,"
    "e.clientY),i=words.indexOf(at);\n"
    " play(i<0?+p.dataset.t:p.at[Math.min(i,p.at.length-1)])});\n"
    /* keys */
    "document.addEventListener('keydown',e=>{\n"
    " if(e.ctrlKey||e.altKey||e.metaKey||e.target.closest('input,summary,"
    "audio,a,pre'))return;\n"
    " const step={ArrowLeft:-5,ArrowRight:5,j:-10,l:10}[e.key];\n"
    " if(step){if(e.target.closest('.scroll')&&e.key.startsWith('Arrow'))"
    "return;sound.currentTime=Math.max(0,sound.currentTime+step)}\n"
    " else if(e.key===' '||e.key==='k'){if(sound.paused)sound.play()"
    ".catch(()=>{});else sound.pause()}\n"
    " else return;e.preventDefault();draw(true)});\n"
    "})();\n",
    NULL
};
